//! The palette of the pictures and pages against WCAG 2.2: text 4.5:1 (1.4.3), lines and shapes 3:1 (1.4.11).

use super::mermaid::CLASSES;
use super::picture::STYLE;

/// The relative luminance of `#rrggbb`, as WCAG defines it.
fn luminance(colour: &str) -> f64 {
    let digits = colour.strip_prefix('#').filter(|digits| digits.len() == 6).unwrap();
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The variables of each of the three palettes: light, dark, print.
fn palettes() -> Vec<Vec<(&'static str, &'static str)>> {
    let blocks = STYLE.split(":root, svg {").skip(1).map(|block| block.split('}').next().unwrap());
    let variable = |line: &'static str| line.trim().strip_prefix("--")?.split_once(": ");
    blocks.map(|block| block.split(';').filter_map(variable).collect()).collect()
}

#[test]
fn ratios_are_those_of_the_standard() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    assert!((contrast("#777777", "#ffffff") - 4.48).abs() < 0.01);
    assert!((contrast("#ffffff", "#ffffff") - 1.0).abs() < 1e-9);
}

#[test]
fn everything_can_be_read_in_light_in_dark_and_on_paper() {
    let palettes = palettes();
    assert_eq!(palettes.len(), 3);
    for palette in palettes {
        let of =
            |name: &str| palette.iter().find(|(known, _)| *known == name).map(|(_, value)| *value).unwrap();
        let paper = of("paper");
        for fill in ["paper", "bad", "risk", "good", "none"] {
            for text in ["ink", "faint"] {
                let ratio = contrast(of(text), of(fill));
                assert!(ratio >= 4.5, "{text} on {fill} has {ratio:.2}: {palette:?}");
            }
        }
        assert!(contrast(of("critical"), paper) >= 4.5, "today's name and links: {palette:?}");
        for line in ["edge", "critical", "bad-rule", "risk-rule", "good-rule", "none-rule"] {
            let ratio = contrast(of(line), paper);
            assert!(ratio >= 3.0, "{line} has {ratio:.2}: {palette:?}");
        }
    }
}

#[test]
fn mermaid_and_dot_write_dark_on_light() {
    for (_, class, fill, line) in CLASSES {
        assert!(contrast("#111827", fill) >= 4.5 && contrast(line, fill) >= 3.0, "{class}");
    }
}
