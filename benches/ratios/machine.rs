//! The processor and the versions that a result belongs to.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// A processor, as far as the system describes it. On other systems than Linux only its
/// architecture is known.
pub(crate) struct Processor {
    /// The words of its name: `AMD EPYC`, `Zen 4`, `family 25`, `model 17`.
    words: Vec<String>,
    /// The data caches of the first core: `L1 32K`.
    caches: Vec<String>,
}

impl Processor {
    pub(crate) fn this() -> Self {
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Self { words: words(&info), caches: caches() }
    }

    /// The name, for people.
    pub(crate) fn name(&self) -> String {
        self.words.join(", ")
    }

    /// The name and the sizes of the caches, for people.
    pub(crate) fn description(&self) -> String {
        let parts: Vec<&str> = self.words.iter().chain(&self.caches).map(String::as_str).collect();
        parts.join(", ")
    }

    /// The name for files: lower-case letters and digits, with hyphens between.
    pub(crate) fn file_name(&self) -> String {
        let name = self.name().to_lowercase();
        let parts = name.split(|character: char| !character.is_ascii_alphanumeric());
        parts.filter(|part| !part.is_empty()).collect::<Vec<&str>>().join("-")
    }
}

/// The words of the name, from the text of `/proc/cpuinfo`.
fn words(info: &str) -> Vec<String> {
    let field = |name: &str| {
        let mut fields = info.lines().filter_map(|line| line.split_once(':'));
        fields.find(|field| field.0.trim() == name).map(|field| field.1.trim())
    };
    let mut words = Vec::new();
    if let Some(brand) = field("model name") {
        words.push(short_brand(brand));
    } else if let (Some(maker), Some(part)) = (field("CPU implementer"), field("CPU part")) {
        // Arm processors have numbers instead of names.
        words.push(format!("{} implementer {maker}, part {part}", env::consts::ARCH));
    } else {
        words.push(format!("{} {}", env::consts::ARCH, env::consts::OS));
    }
    if let (Some(family), Some(model)) = (field("cpu family"), field("model")) {
        if field("vendor_id") == Some("AuthenticAMD") {
            words.extend(zen_generation(family, model).map(str::to_owned));
        }
        words.push(format!("family {family}"));
        words.push(format!("model {model}"));
    }
    words
}

/// The brand without trademark signs, clock rate and words that do not distinguish it: `AMD EPYC 9654`, `Intel Xeon`.
fn short_brand(brand: &str) -> String {
    let brand = brand.split('@').next().unwrap_or_default();
    let brand = brand.replace("(R)", "").replace("(TM)", "").replace("(tm)", "");
    let is_name =
        |word: &&str| !["CPU", "Processor", "with"].contains(word) && !word.ends_with("-Core");
    brand.split_whitespace().filter(is_name).collect::<Vec<&str>>().join(" ")
}

/// The generation of an AMD processor. Virtual machines often hide the rest of the name.
fn zen_generation(family: &str, model: &str) -> Option<&'static str> {
    let model: u32 = model.parse().ok()?;
    match (family, model) {
        ("23", ..0x30) => Some("Zen"),
        ("23", _) => Some("Zen 2"),
        ("25", 0x10..0x20 | 0x60..0x80 | 0xA0..0xB0) => Some("Zen 4"),
        ("25", _) => Some("Zen 3"),
        ("26", _) => Some("Zen 5"),
        _ => None,
    }
}

fn caches() -> Vec<String> {
    let folder = Path::new("/sys/devices/system/cpu/cpu0/cache");
    let cache = |index: usize| {
        let read = |name: &str| {
            let file = folder.join(format!("index{index}")).join(name);
            fs::read_to_string(file).ok().map(|text| text.trim().to_owned())
        };
        let is_for_data = read("type")? != "Instruction";
        is_for_data.then_some(format!("L{} {}", read("level")?, read("size")?))
    };
    (0..8).filter_map(cache).collect()
}

/// The versions of the library, the compiler and the crates that are compared.
pub(crate) fn versions() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let rustc = output(Command::new(rustc).arg("--version"));
    let folder = env!("CARGO_MANIFEST_DIR");
    let git = |arguments: &[&str]| output(Command::new("git").args(["-C", folder]).args(arguments));
    let commit = git(&["describe", "--always"]).zip(git(&["log", "-1", "--format=%as"]));
    let commit = commit.map(|(name, date)| format!(" ({name} of {date})")).unwrap_or_default();
    format!(
        "libtally {}{commit}; {}; memchr {}, bytecount {}",
        env!("CARGO_PKG_VERSION"),
        rustc.unwrap_or_else(|| "unknown rustc".to_owned()),
        locked_version("memchr"),
        locked_version("bytecount")
    )
}

/// Whether files that git knows are not as the last commit has them.
pub(crate) fn is_changed() -> bool {
    let git = ["-C", env!("CARGO_MANIFEST_DIR"), "diff", "--quiet", "HEAD"];
    Command::new("git").args(git).status().is_ok_and(|status| status.code() == Some(1))
}

/// What a command prints, if it succeeds.
fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// The version of a package that `Cargo.lock` names.
fn locked_version(package: &str) -> String {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock = fs::read_to_string(lock).unwrap_or_default();
    let rest = lock.split_once(&format!("name = \"{package}\"\nversion = \""));
    let version = rest.and_then(|(_, rest)| rest.split('"').next());
    version.unwrap_or("of unknown version").to_owned()
}
