//! Small numbers in letters.

/// The number that a word in lower case is, from `one` to `twelve`.
#[must_use]
pub fn read_number_word(word: &str) -> Option<u8> {
    const NUMBERS: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    NUMBERS.into_iter().zip(1..).find_map(|(name, number)| (name == word).then_some(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_numbers_up_to_twelve() {
        assert_eq!(["one", "seven", "twelve"].map(read_number_word), [Some(1), Some(7), Some(12)]);
        assert_eq!(["none", "thirteen", "7", ""].map(read_number_word), [None; 4]);
    }
}
