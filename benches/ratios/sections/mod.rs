//! The sections of the report, each of which can be selected by its name.

mod automatic;
mod cases;
mod count;
mod needles;
mod records;
mod short;
mod sizes;
mod strings;
mod worst;
mod worst_needles;

use crate::bench::Bench;

type Section = (&'static str, fn(&mut Bench));

pub(crate) const SECTIONS: [Section; 15] = [
    ("cache", cases::first_level_cache),
    ("cache2", cases::second_level_cache),
    ("memory", cases::memory),
    ("auto", automatic::section),
    ("worst", worst::section),
    ("others", worst_needles::section),
    ("count", count::section),
    ("strings", strings::section),
    ("kinds", needles::section),
    ("records", records::section),
    ("depth", records::depth),
    ("parts", records::parts),
    ("short", short::section),
    ("early", short::early),
    ("sizes", sizes::section),
];
