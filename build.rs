//! With the feature `header`, generates tally.h from the sources of the C interface, and its bare
//! declarations for the Python binding: in the build's own output folder, where `tests/header.rs`
//! compares them with the committed ones, and at the paths in `TALLY_HEADER` and
//! `TALLY_DECLARATIONS`, if these are set.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // For the tests that compile C and C++: what cargo builds for, and on.
    for name in ["TARGET", "HOST"] {
        let triple = std::env::var(name).expect("cargo sets it");
        println!("cargo:rustc-env=TALLY_{name}={triple}");
    }
    #[cfg(feature = "header")]
    header::write();
}

#[cfg(feature = "header")]
mod header {
    use std::env;
    use std::path::{Path, PathBuf};

    /// Where the header's declarations stand, in its order.
    const SOURCES: [&str; 9] = [
        "status",
        "counter",
        "options",
        "stream",
        "summary",
        "files",
        "threads",
        "lists",
        "information",
    ];

    pub(super) fn write() {
        println!("cargo:rerun-if-changed=cbindgen.toml");

        let root = PathBuf::from(set("CARGO_MANIFEST_DIR"));
        let mut config = cbindgen::Config::from_file(root.join("cbindgen.toml"))
            .unwrap_or_else(|error| panic!("cbindgen.toml: {error}"));
        config.after_includes = config.after_includes.map(|text| {
            ["MAJOR", "MINOR", "PATCH"].iter().fold(text, |text, part| {
                text.replace(&format!("@{part}@"), &set(&format!("CARGO_PKG_VERSION_{part}")))
            })
        });
        let declarations = declarations_alone(&config);
        generate(&root, config, "tally.h", "TALLY_HEADER");
        generate(&root, declarations, "declarations.h", "TALLY_DECLARATIONS");
    }

    /// What cffi reads: no comments, no directives but constants.
    fn declarations_alone(config: &cbindgen::Config) -> cbindgen::Config {
        let mut config = config.clone();
        config.header = None;
        config.after_includes = None;
        config.include_guard = None;
        config.sys_includes.clear();
        config.cpp_compat = false;
        config.documentation = false;
        config.function.prefix = None;
        config.autogen_warning =
            Some("/* Made from the library's sources by `make header`. */".to_owned());
        config
    }

    /// Writes a file to the output folder, and to the path in `variable`, if that is set.
    fn generate(root: &Path, config: cbindgen::Config, name: &str, variable: &str) {
        println!("cargo:rerun-if-env-changed={variable}");
        let mut builder = cbindgen::Builder::new().with_config(config);
        for source in SOURCES {
            let path = root.join("src/capi").join(source).with_extension("rs");
            println!("cargo:rerun-if-changed={}", path.display());
            builder = builder.with_src(path);
        }
        let bindings = builder.generate().unwrap_or_else(|error| panic!("cbindgen: {error}"));
        bindings.write_to_file(Path::new(&set("OUT_DIR")).join(name));
        if let Ok(path) = env::var(variable) {
            bindings.write_to_file(path);
        }
    }

    /// A variable that cargo sets for build scripts.
    fn set(name: &str) -> String {
        env::var(name).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}
