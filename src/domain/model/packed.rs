//! The model as bytes and back, exactly: what a cache of what was read is made of.
//!
//! Unlike the JSON that users see, nothing is left out and nothing is folded, so that a value that comes back equals
//! the one that was packed. The bytes are of this build only: nobody else reads them.

use std::cell::RefCell;
use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use num_rational::Ratio;

/// The most different names that are kept for as long as the program runs; more are no names of rules.
const NAMES: usize = 256;

thread_local! {
    static KNOWN: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

/// A value that can be packed.
pub(crate) trait Packed: Sized {
    /// Appends the value.
    fn pack(&self, out: &mut Vec<u8>);

    /// Takes the value off the front of `input`; `None` where the bytes are none of ours.
    fn unpack(input: &mut &[u8]) -> Option<Self>;
}

/// Packs a struct of these fields; one that is forgotten does not compile.
macro_rules! packed_struct {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::domain::model::packed::Packed for $name {
            fn pack(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($crate::domain::model::packed::Packed::pack($field, out);)*
            }

            fn unpack(input: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: $crate::domain::model::packed::Packed::unpack(input)?),* })
            }
        }
    };
}

/// Packs a struct of one unnamed field.
macro_rules! packed_newtype {
    ($name:ident) => {
        impl $crate::domain::model::packed::Packed for $name {
            fn pack(&self, out: &mut Vec<u8>) {
                $crate::domain::model::packed::Packed::pack(&self.0, out);
            }

            fn unpack(input: &mut &[u8]) -> Option<Self> {
                Some(Self($crate::domain::model::packed::Packed::unpack(input)?))
            }
        }
    };
}

/// Packs an enum of these variants without fields; one that is forgotten does not compile.
macro_rules! packed_enum {
    ($name:ident { $($variant:ident),* $(,)? }) => {
        impl $crate::domain::model::packed::Packed for $name {
            fn pack(&self, out: &mut Vec<u8>) {
                match self { $(Self::$variant)|* => {} }
                let at = [$(Self::$variant),*].iter().position(|variant| variant == self);
                $crate::domain::model::packed::Packed::pack(&at.unwrap_or(usize::MAX), out);
            }

            fn unpack(input: &mut &[u8]) -> Option<Self> {
                let at: usize = $crate::domain::model::packed::Packed::unpack(input)?;
                [$(Self::$variant),*].get(at).copied()
            }
        }
    };
}

pub(crate) use {packed_enum, packed_newtype, packed_struct};

impl Packed for u64 {
    fn pack(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.push(u8::try_from(rest & 0x7f).unwrap_or_default() | 0x80);
            rest >>= 7;
        }
        out.push(u8::try_from(rest).unwrap_or_default());
    }

    #[inline]
    fn unpack(input: &mut &[u8]) -> Option<Self> {
        // Most numbers are small.
        if let [first @ 0..0x80, rest @ ..] = *input {
            *input = rest;
            return Some(Self::from(*first));
        }
        let (mut value, mut shift) = (0, 0);
        while shift < Self::BITS {
            let (first, rest) = input.split_first()?;
            *input = rest;
            value |= Self::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return Some(value);
            }
            shift += 7;
        }
        None
    }
}

macro_rules! packed_as {
    ($($number:ty as $wide:ty),*) => {$(
        impl Packed for $number {
            fn pack(&self, out: &mut Vec<u8>) {
                <$wide>::try_from(*self).unwrap_or(<$wide>::MAX).pack(out);
            }

            fn unpack(input: &mut &[u8]) -> Option<Self> {
                Self::try_from(<$wide>::unpack(input)?).ok()
            }
        }
    )*};
}

packed_as!(u8 as u64, u32 as u64, usize as u64, i32 as i64);

impl Packed for i64 {
    fn pack(&self, out: &mut Vec<u8>) {
        self.rotate_left(1).cast_unsigned().pack(out);
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        Some(u64::unpack(input)?.cast_signed().rotate_right(1))
    }
}

impl Packed for bool {
    fn pack(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        match u64::unpack(input)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

/// Takes a text off the front.
pub(crate) fn unpack_text<'a>(input: &mut &'a [u8]) -> Option<&'a str> {
    std::str::from_utf8(unpack_bytes(input)?).ok()
}

/// Takes bytes off the front of `input` that were appended with their number, without a copy.
pub(crate) fn unpack_bytes<'a>(input: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::unpack(input)?;
    let (bytes, rest) = input.split_at_checked(length)?;
    *input = rest;
    Some(bytes)
}

/// Appends a text.
pub(crate) fn pack_text(text: &str, out: &mut Vec<u8>) {
    text.len().pack(out);
    out.extend_from_slice(text.as_bytes());
}

impl Packed for String {
    fn pack(&self, out: &mut Vec<u8>) {
        pack_text(self, out);
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        unpack_text(input).map(str::to_owned)
    }
}

impl Packed for Box<str> {
    fn pack(&self, out: &mut Vec<u8>) {
        pack_text(self, out);
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        unpack_text(input).map(Self::from)
    }
}

/// Names of rules: there are few, so each is kept once for as long as the program runs.
impl Packed for &'static str {
    fn pack(&self, out: &mut Vec<u8>) {
        pack_text(self, out);
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        let name = unpack_text(input)?;
        KNOWN.with_borrow_mut(|known| {
            if let Some(same) = known.iter().find(|same| **same == name) {
                return Some(*same);
            }
            if known.len() >= NAMES {
                return None;
            }
            let kept: &'static str = Box::leak(Box::from(name));
            known.push(kept);
            Some(kept)
        })
    }
}

impl<T: Packed> Packed for Option<T> {
    fn pack(&self, out: &mut Vec<u8>) {
        self.is_some().pack(out);
        if let Some(value) = self {
            value.pack(out);
        }
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        Some(if bool::unpack(input)? { Some(T::unpack(input)?) } else { None })
    }
}

impl<T: Packed> Packed for Vec<T> {
    fn pack(&self, out: &mut Vec<u8>) {
        self.len().pack(out);
        self.iter().for_each(|value| value.pack(out));
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        let count = usize::unpack(input)?;
        // Every value takes a byte at least, so a count that is none of ours asks for no memory.
        let mut values = Self::with_capacity(count.min(input.len()));
        for _ in 0..count {
            values.push(T::unpack(input)?);
        }
        Some(values)
    }
}

impl Packed for Range<usize> {
    fn pack(&self, out: &mut Vec<u8>) {
        self.start.pack(out);
        self.end.pack(out);
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        Some(usize::unpack(input)?..usize::unpack(input)?)
    }
}

impl<A: Packed, B: Packed> Packed for (A, B) {
    fn pack(&self, out: &mut Vec<u8>) {
        self.0.pack(out);
        self.1.pack(out);
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        Some((A::unpack(input)?, B::unpack(input)?))
    }
}

impl Packed for Ratio<i64> {
    fn pack(&self, out: &mut Vec<u8>) {
        self.numer().pack(out);
        self.denom().pack(out);
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        let (above, below) = (i64::unpack(input)?, i64::unpack(input)?);
        (below > 0).then(|| Self::new_raw(above, below)) // packed in lowest terms
    }
}

impl Packed for NaiveDate {
    fn pack(&self, out: &mut Vec<u8>) {
        self.num_days_from_ce().pack(out);
    }

    fn unpack(input: &mut &[u8]) -> Option<Self> {
        Self::from_num_days_from_ce_opt(i32::unpack(input)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn round<T: Packed + PartialEq + std::fmt::Debug>(value: &T) {
        let mut bytes = Vec::new();
        value.pack(&mut bytes);
        let mut input = bytes.as_slice();
        assert_eq!(T::unpack(&mut input).as_ref(), Some(value));
        assert!(input.is_empty());
        for end in 0..bytes.len() {
            assert_eq!(T::unpack(&mut &bytes[..end]), None, "cut at {end}");
        }
    }

    proptest! {
        #[test]
        fn every_value_comes_back(
            numbers in proptest::collection::vec(any::<u64>(), 0..4),
            signed in any::<i64>(),
            text in ".*",
            maybe in proptest::option::of(any::<bool>()),
            days in -700_000..3_000_000_i32,
        ) {
            round(&numbers);
            round(&signed);
            round(&text);
            round(&maybe);
            round(&NaiveDate::from_num_days_from_ce_opt(days).unwrap());
            round(&Ratio::new(signed / 3, 7));
        }

        #[test]
        fn foreign_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = Vec::<String>::unpack(&mut bytes.as_slice());
            let _ = Vec::<Option<&'static str>>::unpack(&mut bytes.as_slice());
            let _ = Ratio::<i64>::unpack(&mut bytes.as_slice());
            let _ = NaiveDate::unpack(&mut bytes.as_slice());
        }
    }

    #[test]
    fn numbers_at_the_ends_come_back() {
        for number in [0, 127, 128, u64::MAX] {
            round(&number);
        }
        for number in [0, -1, i64::MIN, i64::MAX] {
            round(&number);
        }
    }
}
