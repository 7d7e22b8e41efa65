//! Gives the shared library its SONAME, tally.dll a version resource, and finds out what the compiler
//! has.
//!
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
    set_soname();
    probe_compiler();
    if set("CARGO_CFG_TARGET_OS") == "windows" && set("CARGO_CFG_TARGET_ENV") == "gnu" {
        resource();
    }
    #[cfg(feature = "header")]
    header::write();
}

/// A variable that cargo sets for build scripts.
fn set(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Links the version resource into the DLL. The variable `WINDRES` names the tool.
fn resource() {
    println!("cargo:rerun-if-env-changed=WINDRES");
    let [major, minor, patch] =
        ["MAJOR", "MINOR", "PATCH"].map(|part| set(&format!("CARGO_PKG_VERSION_{part}")));
    let version = set("CARGO_PKG_VERSION");
    // 4 is Windows NT, 2 a DLL; the strings are in no language (0), in UTF-16 (1200).
    let text = format!(
        r#"1 VERSIONINFO
FILEVERSION {major},{minor},{patch},0
PRODUCTVERSION {major},{minor},{patch},0
FILEOS 0x4
FILETYPE 0x2
{{
    BLOCK "StringFileInfo"
    {{
        BLOCK "000004b0"
        {{
            VALUE "FileDescription", "{}"
            VALUE "FileVersion", "{version}"
            VALUE "InternalName", "tally"
            VALUE "LegalCopyright", "{}"
            VALUE "OriginalFilename", "tally.dll"
            VALUE "ProductName", "libtally"
            VALUE "ProductVersion", "{version}"
        }}
    }}
    BLOCK "VarFileInfo"
    {{
        VALUE "Translation", 0, 1200
    }}
}}
"#,
        set("CARGO_PKG_DESCRIPTION"),
        set("CARGO_PKG_LICENSE"),
    );
    let folder = std::path::PathBuf::from(set("OUT_DIR"));
    let (source, object) = (folder.join("tally.rc"), folder.join("tally-version.o"));
    std::fs::write(&source, text).unwrap_or_else(|error| panic!("{}: {error}", source.display()));
    let named = std::env::var("WINDRES").ok();
    let mingw = format!("{}-w64-mingw32-windres", set("CARGO_CFG_TARGET_ARCH"));
    let made = named.into_iter().chain([mingw, "windres".to_owned()]).any(|tool| {
        let mut command = std::process::Command::new(tool);
        command.arg("-i").arg(&source).arg("-o").arg(&object).args(["-O", "coff"]);
        command.status().is_ok_and(|status| status.success())
    });
    if made {
        println!("cargo:rustc-cdylib-link-arg={}", object.display());
    } else {
        println!("cargo:warning=there is no windres: tally.dll will have no version resource");
    }
}

/// What is used only where the compiler has it: it is missing in the oldest one that is supported.
fn probe_compiler() {
    let minor = minor_version();
    let is_x86_64 = std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|name| name == "x86_64");
    for (name, is_there) in
        [("has_avx512", is_x86_64 && minor >= 89), ("has_select_unpredictable", minor >= 88)]
    {
        println!("cargo:rustc-check-cfg=cfg({name})");
        if is_there {
            println!("cargo:rustc-cfg={name}");
        }
    }
}

/// The second number of the compiler's version. What has no such number is taken for a later one.
fn minor_version() -> u32 {
    let rustc = std::env::var("RUSTC").expect("cargo sets it");
    let printed = std::process::Command::new(rustc).arg("--version").output();
    let printed = printed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let printed = printed.unwrap_or_default();
    let number = printed.strip_prefix("rustc 1.").and_then(|rest| rest.split('.').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(u32::MAX)
}

/// Programs look for the shared library by the name that is in it. cargo-c, which builds with the
/// feature `capi`, sets that name itself.
fn set_soname() {
    let is_elf =
        ["linux", "freebsd", "netbsd", "dragonfly"].contains(&set("CARGO_CFG_TARGET_OS").as_str());
    if is_elf && !cfg!(feature = "capi") {
        let major = set("CARGO_PKG_VERSION_MAJOR");
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libtally.so.{major}");
    }
}

#[cfg(feature = "header")]
mod header {
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    use cbindgen::{Builder, Config};

    use super::set;

    /// The tiers of the header, in order: the source of each, and its title.
    const TIERS: [(&str, &str); 14] = [
        ("status", "Status"),
        ("counter", "Simple: data in memory"),
        ("options", "With options: strings, sets, reset bytes, ranges, quotes, closing bytes"),
        ("stream", "Streams: data in chunks, up to the first match or for each"),
        ("summary", "Summaries: data in chunks, counted to its end and merged"),
        ("files", "Files, for streams and summaries"),
        ("threads", "Several threads: large data in memory"),
        ("lists", "Lists: many strings in one call"),
        ("columns", "Columns: many strings in one call, in the layouts of Apache Arrow"),
        ("count_words", "Words: how many"),
        ("ask", "Columns: many questions in one call"),
        ("words", "Words: how often each occurs"),
        ("top", "Words: the most frequent ones, approximately, in fixed memory"),
        ("information", "Information"),
    ];

    pub(super) fn write() {
        println!("cargo:rerun-if-changed=cbindgen.toml");
        let root = PathBuf::from(set("CARGO_MANIFEST_DIR"));
        for (tier, _) in TIERS {
            println!("cargo:rerun-if-changed={}", source(&root, tier).display());
        }
        let config = Config::from_file(root.join("cbindgen.toml"))
            .unwrap_or_else(|error| panic!("cbindgen.toml: {error}"));
        save("tally.h", "TALLY_HEADER", &header(&root, &config));
        save("declarations.h", "TALLY_DECLARATIONS", &declarations(&root, &config));
    }

    /// The header. cbindgen sorts what it writes by kind, so it writes each tier by itself.
    fn header(root: &Path, config: &Config) -> String {
        let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
        let mut head = text(&config.header) + "\n\n";
        head += "#ifndef TALLY_H\n#define TALLY_H\n\n";
        for name in &config.sys_includes {
            head.extend(["#include <", name, ">\n"]);
        }
        head.extend(["\n", &text(&config.after_includes), "\n\n"]);
        for part in ["MAJOR", "MINOR", "PATCH"] {
            head = head.replace(&format!("@{part}@"), &set(&format!("CARGO_PKG_VERSION_{part}")));
        }
        let mut config = config.clone();
        config.header = None;
        config.after_includes = None;
        config.sys_includes.clear();
        // Otherwise left out, as no function of its tier uses it.
        config.export.include.push("tally_status".to_owned());
        let tiers = TIERS.map(|(tier, title)| {
            let line = "=".repeat(93);
            let declarations = generate(&config, &[source(root, tier)]);
            let declarations = without_struct(declarations.trim());
            format!("/* {line}\n * {title}\n * {line} */\n\n{declarations}\n\n")
        });
        let open = "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
        let close = "#ifdef __cplusplus\n}\n#endif\n\n#endif /* TALLY_H */\n";
        head + open + &tiers.concat() + close
    }

    /// Types without `struct` before their name wherever they are used: cbindgen has it for the types
    /// of the same tier alone.
    fn without_struct(declarations: &str) -> String {
        let lines = declarations.lines().map(|line| match line {
            _ if line.starts_with("typedef") || line.starts_with(" *") => line.to_owned(),
            _ => arrow(&line.replace("struct tally_", "tally_")),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The structs of Arrow have no name without `struct`, and no tier declares them.
    fn arrow(declarations: &str) -> String {
        (declarations.replace("ArrowSchema *", "struct ArrowSchema *"))
            .replace("ArrowArray *", "struct ArrowArray *")
    }

    /// What cffi reads: no comments, no directives but constants, and these as plain numbers.
    fn declarations(root: &Path, config: &Config) -> String {
        let mut config = config.clone();
        config.header = None;
        config.after_includes = None;
        config.sys_includes.clear();
        config.documentation = false;
        config.function.prefix = None;
        config.autogen_warning =
            Some("/* Made from the library's sources by `make header`. */".to_owned());
        let declarations = generate(&config, &TIERS.map(|(tier, _)| source(root, tier)));
        let declarations = declarations.replace("UINT64_MAX", &u64::MAX.to_string());
        let structs = "\n\nstruct ArrowSchema;\n\nstruct ArrowArray;\n\n";
        arrow(&declarations.replacen("\n\n", structs, 1))
    }

    fn generate(config: &Config, sources: &[PathBuf]) -> String {
        let mut builder = Builder::new().with_config(config.clone());
        for source in sources {
            builder = builder.with_src(source);
        }
        let mut text = Vec::new();
        builder.generate().unwrap_or_else(|error| panic!("cbindgen: {error}")).write(&mut text);
        String::from_utf8(text).expect("sources are UTF-8")
    }

    fn source(root: &Path, tier: &str) -> PathBuf {
        root.join("src/capi").join(tier).with_extension("rs")
    }

    /// Writes a file to the output folder, and to the path in `variable`, if that is set.
    fn save(name: &str, variable: &str, text: &str) {
        println!("cargo:rerun-if-env-changed={variable}");
        let paths =
            [Some(Path::new(&set("OUT_DIR")).join(name)), env::var(variable).ok().map(Into::into)];
        for path in paths.into_iter().flatten() {
            fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
}
