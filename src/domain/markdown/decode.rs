//! Bytes to text, whatever they are.

use std::borrow::Cow;

use super::mojibake::cp1252;

/// A file's text and what was wrong with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text; byte order mark and `\r` are kept, so offsets are those of the file where it is valid UTF-8.
    pub text: Cow<'a, str>,
    /// False where bytes had to be replaced: such a file is read, but must not be edited.
    pub valid_utf8: bool,
    /// The first byte that is not UTF-8.
    pub first_bad: Option<usize>,
}

/// Reads bytes as UTF-8; UTF-16 with a byte order mark is read as such, and any other byte that is not UTF-8
/// as Windows-1252.
#[must_use]
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded { text: Cow::Borrowed(text), valid_utf8: true, first_bad: None },
        Err(error) => {
            let text = utf16(bytes).unwrap_or_else(|| replace_bad(bytes));
            Decoded { text: Cow::Owned(text), valid_utf8: false, first_bad: Some(error.valid_up_to()) }
        }
    }
}

fn replace_bad(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| cp1252(*byte)));
    }
    text
}

fn utf16(bytes: &[u8]) -> Option<String> {
    let (mark, rest) = bytes.split_at_checked(2)?;
    let unit = match mark {
        [0xFF, 0xFE] => u16::from_le_bytes,
        [0xFE, 0xFF] => u16::from_be_bytes,
        _ => return None,
    };
    let (pairs, _) = rest.as_chunks::<2>();
    Some(char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).map(|c| c.unwrap_or('\u{fffd}')).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keeps_byte_order_mark_and_line_ends() {
        let text = "\u{feff}# A\r\n✅";
        let decoded = decode(text.as_bytes());
        assert_eq!(decoded, Decoded { text: Cow::Borrowed(text), valid_utf8: true, first_bad: None });
    }

    #[test]
    fn reads_and_reports_other_encodings() {
        let decoded = decode(b"# Caf\xe9 \x96 ok");
        assert_eq!(decoded.text, "# Café – ok");
        assert_eq!((decoded.valid_utf8, decoded.first_bad), (false, Some(5)));
        let wide: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain("# Ä".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&wide).text, "# Ä");
    }

    proptest! {
        #[test]
        fn never_panics_and_keeps_valid_text(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let decoded = decode(&bytes);
            prop_assert_eq!(decoded.valid_utf8, std::str::from_utf8(&bytes).is_ok());
            if decoded.valid_utf8 {
                prop_assert_eq!(decoded.text.as_bytes(), &bytes[..]);
            }
        }
    }
}
