//! The files of a crate form floors: a file uses what lies below it and nothing above, and no two
//! files use each other. Checked for the library and for the command, from their sources.
//!
//! `cargo test --test floors -- --nocapture` prints what uses what. A `use` of another file counts,
//! and so does a path in the code or in a macro. A re-export is followed to the file that defines
//! the name; re-exporting a child's name does not use it. Unit tests are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::Visit;

/// The rooms of the library from the top floor down; rooms of one floor do not use each other.
const FLOORS: [&[&str]; 9] = [
    &["capi"],
    &["stream", "summary", "words"],
    &["columns"],
    &["counter"],
    &["parallel"],
    &["chunk", "io"],
    &["engine"],
    &["bytes", "sys"],
    &["error", "fault"],
];

/// The rooms of the engine, likewise.
const ENGINE: [&[&str]; 5] = [&["plan", "words"], &["scan"], &["decide"], &["find"], &["isa"]];

type Module = Vec<String>;

/// A file, as far as it matters here.
#[derive(Default)]
struct Source {
    path: PathBuf,
    /// Paths that the code uses, absolute within the crate.
    used: BTreeSet<Module>,
    /// What a name re-exported here stands for.
    reexports: BTreeMap<String, Module>,
    /// The words of the code outside `use` declarations.
    words: BTreeSet<String>,
    children: BTreeSet<String>,
}

/// The files of a crate by module; the crate root is the empty one.
struct Crate(BTreeMap<Module, Source>);

impl Crate {
    fn read(root: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        let mut files = Self(BTreeMap::new());
        files.read_module(&root, Vec::new(), root.parent().unwrap());
        files
    }

    /// Reads the file of a module and those of its children, which are in `folder`.
    fn read_module(&mut self, path: &Path, module: Module, folder: &Path) {
        let code = fs::read_to_string(path).unwrap();
        let file =
            syn::parse_file(&code).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let children = file.items.iter().filter_map(|item| match item {
            syn::Item::Mod(child) if child.content.is_none() && !is_test(&child.attrs) => {
                Some(child.ident.to_string())
            }
            _ => None,
        });
        let children: BTreeSet<String> = children.collect();
        for child in &children {
            let alone = folder.join(child).with_extension("rs");
            let inner = folder.join(child);
            let path = if alone.exists() { alone } else { inner.join("mod.rs") };
            self.read_module(&path, joined(&module, child), &inner);
        }
        let path = path.to_owned();
        let mut reader =
            Reader { here: module.clone(), source: Source { path, children, ..Source::default() } };
        reader.visit_file(&file);
        self.0.insert(module, reader.source);
    }

    /// The module of the file that defines what `path` names, if that is a file of this crate.
    fn definition(&self, path: &[String]) -> Option<&Module> {
        let mut path = path.to_vec();
        // A chain of re-exports is short; a longer one is a circle of them.
        for _ in 0..10 {
            let len = (0..=path.len()).rev().find(|&len| self.0.contains_key(&path[..len]))?;
            let source = &self.0[&path[..len]];
            match path.get(len).and_then(|name| source.reexports.get(name)) {
                Some(target) => path = [target, &path[len + 1..]].concat(),
                None => return self.0.get_key_value(&path[..len]).map(|(module, _)| module),
            }
        }
        None
    }

    /// For each file, the others that it uses.
    fn uses(&self) -> BTreeMap<&Module, BTreeSet<&Module>> {
        let of = |(module, source): (&'_ Module, &'_ Source)| {
            let reexported =
                source.reexports.iter().filter(|(name, _)| source.words.contains(*name));
            let used = source.used.iter().chain(reexported.map(|(_, target)| target));
            used.filter_map(|path| self.definition(path))
                .filter(|used| *used != module && !used.is_empty())
                .collect()
        };
        self.0.iter().map(|(module, source)| (module, of((module, source)))).collect()
    }

    /// Panics if a file reaches another by way of the crate's root, which is above all of them.
    fn check_root(&self) {
        let mut through = Vec::new();
        for (module, source) in self.0.iter().filter(|(module, _)| !module.is_empty()) {
            let children = &self.0[&Vec::new()].children;
            let names = source.used.iter().filter_map(|path| path.first());
            let own = names.filter(|name| !children.contains(*name));
            through.extend(own.map(|name| format!("{module:?} uses crate::{name}")));
        }
        assert!(through.is_empty(), "imports that go through the crate's root: {through:#?}");
    }

    /// Panics if files use each other in a circle.
    fn check_circles(&self) {
        let mut left = self.uses();
        println!("{} files", left.len());
        // Files that use none of those left are below all of them: taking them away leaves circles.
        loop {
            let none: Vec<&Module> = left
                .iter()
                .filter(|(_, used)| used.iter().all(|used| !left.contains_key(*used)))
                .map(|(module, _)| *module)
                .collect();
            if none.is_empty() {
                break;
            }
            for module in none {
                left.remove(module);
            }
        }
        for (module, used) in &mut left {
            used.retain(|used| self.0.contains_key(*used));
            println!("{module:?} uses {used:?}");
        }
        assert!(
            left.is_empty(),
            "files use each other in a circle, or use one that does: see above"
        );
    }

    /// Panics if a room inside `within` uses one that is not on a lower floor; each room is one of
    /// the `floors`.
    fn check_floors(&self, within: &[&str], floors: &[&[&str]]) {
        let room = |module: &Module| {
            let inside = within.iter().zip(module).all(|(room, name)| room == name);
            inside.then(|| module.get(within.len())).flatten().cloned()
        };
        let floor = |room: &String| {
            let floor = floors.iter().position(|floor| floor.contains(&room.as_str()));
            floor.unwrap_or_else(|| panic!("the room {room} is on no floor"))
        };
        let mut up = Vec::new();
        for (module, used) in self.uses() {
            let Some(from) = room(module) else { continue };
            let rooms: BTreeSet<String> =
                used.into_iter().filter_map(room).filter(|to| *to != from).collect();
            println!("{} uses {rooms:?}", self.0[module].path.display());
            let higher = rooms.iter().filter(|to| floor(to) <= floor(&from));
            up.extend(
                higher.map(|to| format!("{from} uses {to}: {}", self.0[module].path.display())),
            );
        }
        assert!(up.is_empty(), "arrows that run up: {up:#?}");
    }
}

/// Collects the paths of a file.
struct Reader {
    /// The module that the code is in, inline ones included.
    here: Module,
    source: Source,
}

impl Reader {
    /// `path` from the crate's root on, if it begins with a word that says so.
    fn absolute(&self, path: &[String]) -> Option<Module> {
        let mut base = self.here.clone();
        let mut rest = path;
        loop {
            match rest.first().map(String::as_str)? {
                "crate" => base.clear(),
                "super" => drop(base.pop()),
                "self" => {}
                child if rest.len() == path.len() && !self.source.children.contains(child) => {
                    return None;
                }
                _ => return Some([&base, rest].concat()),
            }
            rest = &rest[1..];
        }
    }

    fn flatten(&mut self, tree: &syn::UseTree, path: &mut Vec<String>, is_reexport: bool) {
        match tree {
            syn::UseTree::Path(inner) => {
                path.push(inner.ident.to_string());
                self.flatten(&inner.tree, path, is_reexport);
                path.pop();
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.flatten(tree, path, is_reexport));
            }
            syn::UseTree::Glob(_) => self.found(path, None, is_reexport),
            syn::UseTree::Name(name) => {
                path.push(name.ident.to_string());
                self.found(path, path.last().cloned(), is_reexport);
                path.pop();
            }
            syn::UseTree::Rename(name) => {
                path.push(name.ident.to_string());
                self.found(path, Some(name.rename.to_string()), is_reexport);
                path.pop();
            }
        }
    }

    fn found(&mut self, path: &[String], name: Option<String>, is_reexport: bool) {
        let Some(path) = self.absolute(path) else { return };
        match name {
            Some(name) if is_reexport => drop(self.source.reexports.insert(name, path)),
            // A glob re-export offers the names of a child and uses none of them.
            None if is_reexport => {}
            _ => drop(self.source.used.insert(path)),
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(word) => {
                    if colons != 2 {
                        self.found(&std::mem::take(&mut path), None, false);
                    }
                    self.source.words.insert(word.to_string());
                    path.push(word.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.tokens(group.stream());
                    colons = 0;
                }
                _ => colons = 0,
            }
        }
        self.found(&path, None, false);
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let is_reexport = !matches!(item.vis, syn::Visibility::Inherited);
        self.flatten(&item.tree, &mut Vec::new(), is_reexport);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if item.content.is_some() && !is_test(&item.attrs) {
            self.here.push(item.ident.to_string());
            syn::visit::visit_item_mod(self, item);
            self.here.pop();
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.source.words.extend(names.first().cloned());
        if names.len() > 1 {
            self.found(&names, None, false);
        }
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, macro_call: &'ast syn::Macro) {
        self.tokens(macro_call.tokens.clone());
        syn::visit::visit_macro(self, macro_call);
    }
}

fn joined(module: &[String], child: &str) -> Module {
    [module, &[child.to_owned()]].concat()
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    let is_test = |attribute: &syn::Attribute| {
        attribute.path().is_ident("cfg")
            && matches!(&attribute.meta, syn::Meta::List(list) if list.tokens.to_string() == "test")
    };
    attributes.iter().any(is_test)
}

#[test]
fn the_library_has_no_circle_and_no_arrow_up() {
    let library = Crate::read("src/lib.rs");
    library.check_floors(&[], &FLOORS);
    library.check_floors(&["engine"], &ENGINE);
    library.check_circles();
    library.check_root();
}

#[test]
fn the_command_has_no_circle() {
    Crate::read("src/bin/tally/main.rs").check_circles();
}

/// Each kind of import is seen: made-up crates of two files that use each other.
#[test]
fn circles_are_found() {
    let uses = |a: &str, b: &str| {
        let folder = std::env::temp_dir().join(format!("tally-floors-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let root = folder.join("lib.rs");
        fs::write(&root, "mod a; mod b; pub use a::A; pub use b::B;").unwrap();
        fs::write(folder.join("a.rs"), a).unwrap();
        fs::write(folder.join("b.rs"), b).unwrap();
        let mut files = Crate(BTreeMap::new());
        files.read_module(&root, Vec::new(), &folder);
        fs::remove_dir_all(&folder).unwrap();
        files
    };
    let down = "use crate::b::B; pub struct A(B);";
    for up in [
        "use crate::a::A; pub struct B;",
        "use crate::A; pub struct B;",
        "use super::A; pub struct B;",
        "use crate::{A as Other}; pub struct B;",
        "pub struct B; fn f(_: crate::a::A) {}",
        "pub struct B; fn f() { super::a::g() }",
        "pub struct B; fn f() { g!(1, crate::A) }",
        "pub struct B; mod inner { use super::super::A; }",
        "pub struct B; macro_rules! m { () => { [crate::a::A] } }",
    ] {
        let found = std::panic::catch_unwind(|| uses(down, up).check_circles());
        assert!(found.is_err(), "{up}");
    }
    for fine in [
        "pub struct B;",
        "pub struct B; #[cfg(test)] mod tests { use crate::A; }",
        "use std::fmt; pub struct B;",
    ] {
        uses(down, fine).check_circles();
    }
    let arrow_up = std::panic::catch_unwind(|| {
        uses(down, "pub struct B;").check_floors(&[], &[&["b"], &["a"]]);
    });
    assert!(arrow_up.is_err());
}
