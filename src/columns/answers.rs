/// The answers to a question for some values, one behind the other.
pub(crate) struct Answers<'a> {
    /// The number of the question.
    pub(crate) question: usize,
    /// The number of the first value.
    pub(super) first: usize,
    pub(super) numbers: &'a mut [u64],
    /// For a question that is answered by yes or no: yes means that the number is at least this one,
    /// which is 1 or more.
    pub(super) least: Option<u64>,
}

impl Answers<'_> {
    /// The answers as numbers: 1 is yes.
    pub(crate) fn numbers(&mut self) -> &mut [u64] {
        if let Some(least) = self.least.take() {
            for number in &mut *self.numbers {
                *number = u64::from(*number >= least);
            }
        }
        self.numbers
    }

    /// Which answers are yes: bits of up to 64, the first in the lowest, and how many these are.
    pub(crate) fn bits(&self) -> impl Iterator<Item = (u64, usize)> {
        let least = self.least.unwrap_or(1);
        self.numbers.chunks(64).map(move |numbers| {
            let add = |bits, &number: &u64| bits << 1 | u64::from(number >= least);
            (numbers.iter().rev().fold(0, add), numbers.len())
        })
    }
}
