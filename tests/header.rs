//! The committed header is the one that the sources make, and so are the declarations for Python.

/// What build.rs has just made.
const MADE: &str = include_str!(concat!(env!("OUT_DIR"), "/tally.h"));
const COMMITTED: &str = include_str!("../include/tally.h");

const MADE_DECLARATIONS: &str = include_str!(concat!(env!("OUT_DIR"), "/declarations.h"));
const COMMITTED_DECLARATIONS: &str = include_str!("../bindings/python/declarations.h");

fn check(name: &str, made: &str, committed: &str) {
    for (number, (made, committed)) in made.lines().zip(committed.lines()).enumerate() {
        assert_eq!(made, committed, "{name}, line {}: run `make header`", number + 1);
    }
    assert_eq!(made.len(), committed.len(), "{name}: run `make header`");
}

#[test]
fn header_is_up_to_date() {
    check("include/tally.h", MADE, COMMITTED);
}

#[test]
fn declarations_are_up_to_date() {
    check("bindings/python/declarations.h", MADE_DECLARATIONS, COMMITTED_DECLARATIONS);
}

/// The attribute `name` of the elements called `kind`, in the order of the text.
fn names<'a>(xml: &'a str, kind: &str) -> Vec<&'a str> {
    let start = format!("<{kind} name=\"");
    xml.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// The stored description of the ABI has the header's functions, and the fields of its structs. What
/// it says of their types is compared with the library by `make test-abi`, for which this machine may
/// lack the tools.
#[test]
fn description_of_the_abi_is_up_to_date() {
    const DESCRIPTION: &str = include_str!("../packaging/abi/current.xml");
    let mut functions: Vec<_> = COMMITTED
        .lines()
        .filter(|line| !line.starts_with([' ', '/']))
        .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("tally_"))
        .collect();
    functions.sort_unstable();
    assert_eq!(names(DESCRIPTION, "function-decl"), functions, "run `make header`");
    let structs: Vec<_> = COMMITTED
        .split("\ntypedef struct ")
        .filter_map(|text| text.split_once(" {\n"))
        .filter(|(name, _)| name.starts_with("tally_") && !name.contains([' ', '\n']))
        .collect();
    assert!(structs.len() >= 4, "{structs:?}");
    for (name, text) in structs {
        let (text, _) = text.split_once("\n}").expect("a struct ends");
        let fields: Vec<_> = text
            .lines()
            .filter_map(|line| line.strip_suffix(';')?.rsplit([' ', '*']).next())
            .collect();
        let (_, described) = DESCRIPTION
            .split_once(&format!("<class-decl name=\"{name}\""))
            .unwrap_or_else(|| panic!("{name} is not described: run `make header`"));
        let (described, _) = described.split_once("</class-decl>").expect("a struct ends");
        assert_eq!(names(described, "var-decl"), fields, "{name}: run `make header`");
    }
}

/// cffi can read no comment but the one in the first line, no directive but the definition of a
/// number, and no attribute.
#[test]
fn declarations_are_plain() {
    let mut numbers = 0;
    for line in COMMITTED_DECLARATIONS.lines().skip(1) {
        assert!(!line.contains("/*") && !line.contains("//") && !line.contains("__"), "{line}");
        if let Some(directive) = line.strip_prefix('#') {
            let value =
                directive.strip_prefix("define TALLY_").and_then(|text| text.split_once(' '));
            assert!(value.is_some_and(|(_, value)| value.parse::<u64>().is_ok()), "{line}");
            numbers += 1;
        }
    }
    let in_header = COMMITTED.lines().filter(|line| line.starts_with("#define TALLY_"));
    // The guard, three numbers of the version, and three definitions of TALLY_API, two of which are
    // not empty.
    assert_eq!(numbers, in_header.count() - 7);
}

/// Each public function and type of the header says since when it exists.
#[test]
fn everything_says_since_when() {
    let comments = COMMITTED.split("/**\n").skip(1).filter_map(|text| text.split_once(" */\n"));
    let mut items = 0;
    for (comment, item) in comments {
        if item.starts_with("TALLY_API") || item.starts_with("typedef") {
            assert!(comment.contains("Since 0."), "{comment}{item}");
            items += 1;
        }
    }
    assert!(items > 40, "{items}");
}

/// Each parameter of a function has its line in the comment, in the same order, and no other does.
#[test]
fn every_parameter_is_described() {
    let comments = COMMITTED.split("/**\n").skip(1).filter_map(|text| text.split_once(" */\n"));
    for (comment, item) in comments.filter(|(_, item)| item.starts_with("TALLY_API")) {
        let (_, parameters) = item.split_once('(').unwrap();
        let (parameters, _) = parameters.split_once(')').unwrap();
        let names: Vec<_> = parameters
            .split(',')
            .filter(|parameter| parameter.trim() != "void")
            .map(|parameter| parameter.rsplit([' ', '*']).next().unwrap())
            .collect();
        let described: Vec<_> = comment
            .lines()
            .filter_map(|line| line.strip_prefix(" * @param ")?.split(' ').next())
            .collect();
        assert_eq!(names, described, "{item}");
        let returns_nothing = item.starts_with("TALLY_API void");
        assert_eq!(comment.contains(" * @return "), !returns_nothing, "{comment}{item}");
    }
}

#[test]
fn header_has_this_version() {
    for (part, number) in [
        ("MAJOR", env!("CARGO_PKG_VERSION_MAJOR")),
        ("MINOR", env!("CARGO_PKG_VERSION_MINOR")),
        ("PATCH", env!("CARGO_PKG_VERSION_PATCH")),
    ] {
        assert!(COMMITTED.contains(&format!("#define TALLY_VERSION_{part} {number}\n")));
    }
}
