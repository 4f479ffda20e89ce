//! UTF-8 that a program took for Mac Roman or Windows-1252 and saved so: `‚úÖ` and `âœ…` for ✅.

/// The upper half of Mac Roman.
const MAC_ROMAN: &str = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…\u{a0}ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ\u{f8ff}ÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ";

/// The bytes 0x80 to 0x9F of Windows-1252; the five it leaves open stand for themselves.
const CP1252: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8d}Ž\u{8f}\u{90}‘’“”•–—˜™š›œ\u{9d}žŸ";

/// A byte read as Windows-1252.
#[must_use]
pub(super) fn cp1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => CP1252.chars().nth(usize::from(byte - 0x80)).unwrap_or('\u{fffd}'),
        _ => char::from(byte),
    }
}

fn to_cp1252(c: char) -> Option<u8> {
    match u8::try_from(c) {
        Ok(byte) if !(0x80..=0x9F).contains(&byte) => Some(byte),
        _ => at(CP1252, c).and_then(|at| 0x80_u8.checked_add(at)),
    }
}

fn to_mac_roman(c: char) -> Option<u8> {
    if c.is_ascii() { u8::try_from(c).ok() } else { at(MAC_ROMAN, c).and_then(|at| 0x80_u8.checked_add(at)) }
}

fn at(table: &str, c: char) -> Option<u8> {
    table.chars().position(|known| known == c).and_then(|at| u8::try_from(at).ok())
}

/// The character that the beginning of a text was before it was misread, and how many bytes it takes there.
///
/// Only the leads of what PRDs hold are taken up: Latin letters (lead byte C2, C3), punctuation, arrows and
/// symbols (E2, EF), and emoji (F0).
fn misread(text: &str) -> Option<(char, usize)> {
    let lead = text.chars().next()?;
    let second = text.chars().nth(1)?;
    // Letters of central Europe: `Å¡` for š. A mark of punctuation behind a capital is what it is.
    let is_letter = matches!(lead, 'Ä' | 'Å') && !"“”‘’–—…„›‹".contains(second) && !second.is_ascii();
    if !is_letter && !matches!(lead, 'Â' | 'Ã' | 'â' | 'ï' | 'ð' | '¬' | '√' | '‚' | 'Ô' | '\u{f8ff}')
    {
        return None;
    }
    [to_mac_roman, to_cp1252].into_iter().find_map(|encode| {
        let length = match encode(lead)? {
            0xC2..=0xC5 => 2,
            0xE2 | 0xEF => 3,
            0xF0 => 4,
            _ => return None,
        };
        let bytes: Vec<u8> = text.chars().take(length).map(encode).collect::<Option<_>>()?;
        let mut read = std::str::from_utf8(&bytes).ok()?.chars();
        let (c, None) = (read.next()?, read.next()) else { return None };
        let taken = text.chars().take(length).map(char::len_utf8).sum();
        Some((c, taken))
    })
}

/// The byte of the first misread character; `None` where there is none.
#[must_use]
pub fn first_mojibake(text: &str) -> Option<usize> {
    if text.is_ascii() {
        return None;
    }
    // The first bytes of the characters that a misread sequence begins with.
    let mut leads = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, 0xC2 | 0xC3 | 0xE2 | 0xEF));
    leads.find_map(|(at, _)| misread(text.get(at..)?).map(|_| at))
}

/// The text with every misread character put right; `None` where there is none.
///
/// A sequence is put right only where reading the repaired character wrongly again gives the very same sequence.
#[must_use]
pub fn repair_mojibake(text: &str) -> Option<String> {
    let first = first_mojibake(text)?;
    let mut repaired = text[..first].to_owned();
    let mut rest = &text[first..];
    while let Some(c) = rest.chars().next() {
        if let Some((right, taken)) = misread(rest) {
            repaired.push(right);
            rest = &rest[taken..];
        } else {
            repaired.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    Some(repaired)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn misread_as(text: &str, table: fn(u8) -> char) -> String {
        text.bytes().map(|byte| if byte < 0x80 { char::from(byte) } else { table(byte) }).collect()
    }

    fn mac_roman(byte: u8) -> char {
        MAC_ROMAN.chars().nth(usize::from(byte - 0x80)).unwrap()
    }

    #[test]
    fn both_tables_are_whole() {
        assert_eq!(MAC_ROMAN.chars().count(), 128);
        assert_eq!(CP1252.chars().count(), 32);
    }

    #[test]
    fn repairs_what_was_misread() {
        for (wrong, right) in [
            ("Done ‚úÖ", "Done ✅"),
            ("a ‚Üí b", "a → b"),
            ("a â†’ b", "a → b"),
            ("âœ… ok", "✅ ok"),
            ("CafÃ©", "Café"),
            ("WaÅ‚Ä™sa", "Wałęsa"),
            ("UÅ¡a", "Uša"),
            ("it‚Äôs — √©", "it’s — é"),
        ] {
            assert_eq!(repair_mojibake(wrong).as_deref(), Some(right));
        }
    }

    #[test]
    fn leaves_proper_text_alone() {
        for text in ["", "plain", "Café — ✅ → „Ä“ ‚Übung‘ naïve ¬x √2 Ôï", "Ångström ‚ok‘"]
        {
            assert_eq!(repair_mojibake(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn repairs_every_text_of_prds(text in "[a-z ✅→—’éü🚀•≥]{1,30}") {
            for table in [mac_roman, cp1252] {
                let wrong = misread_as(&text, table);
                if text.is_ascii() {
                    prop_assert_eq!(repair_mojibake(&wrong), None);
                } else {
                    prop_assert_eq!(repair_mojibake(&wrong), Some(text.clone()));
                }
            }
        }
    }
}
