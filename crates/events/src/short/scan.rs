//! JSON of one line from front to back: names and texts that stand there as they are, without escapes.

/// What is left of a text in JSON. Whatever is not as plain as it expects, it does not read.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text }
    }

    /// Reads the object that begins here: `member` is given each name, and reads the value.
    pub(super) fn object(&mut self, mut member: impl FnMut(&mut Self, &'a str) -> Option<()>) -> Option<()> {
        self.all(b'{', b'}', |scan| {
            let name = scan.text()?;
            scan.take(b':')?;
            member(scan, name)
        })
    }

    /// Reads the list that begins here: `element` reads each element.
    pub(super) fn list(&mut self, element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.all(b'[', b']', element)
    }

    fn all(&mut self, first: u8, last: u8, mut one: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(first)?;
        if self.take(last).is_some() {
            return Some(());
        }
        loop {
            one(self)?;
            if self.take(b',').is_none() {
                return self.take(last);
            }
        }
    }

    /// Reads a text in which nothing is escaped.
    pub(super) fn text(&mut self) -> Option<&'a str> {
        self.take(b'"')?;
        let end = first_special(self.rest.as_bytes())?;
        let (text, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest.strip_prefix('"')?;
        Some(text)
    }

    /// Passes over the list or the object that begins here; gives it, to be read later.
    pub(super) fn skip(&mut self) -> Option<Self> {
        let (from, mut depth) = (*self, 0_u32);
        loop {
            match self.peek()? {
                b'"' => drop(self.text()?),
                byte => {
                    match byte {
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth = depth.checked_sub(1)?,
                        _ => {}
                    }
                    self.take(byte)?;
                }
            }
            if depth == 0 {
                return Some(from);
            }
        }
    }

    /// Whether nothing is left.
    pub(super) fn is_at_end(&self) -> bool {
        blank(self.rest).is_empty()
    }

    fn peek(&self) -> Option<u8> {
        blank(self.rest).bytes().next().filter(u8::is_ascii)
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        // Most writers put no blank anywhere.
        let text = if self.rest.as_bytes().first() == Some(&byte) { self.rest } else { blank(self.rest) };
        if text.as_bytes().first() != Some(&byte) {
            return None;
        }
        self.rest = text.get(1..)?;
        Some(())
    }
}

/// Where the first byte is that ends a text or stands for another: a quote, a backslash, a control character. Eight at a time.
fn first_special(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = ONES << 7;
    // The lowest byte that is found is right; those above it may not be.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (words, rest) = bytes.as_chunks();
    for (at, word) in words.iter().enumerate() {
        let word = u64::from_le_bytes(*word);
        let controls = word.wrapping_sub(ONES * u64::from(b' ')) & !word & HIGH;
        let found = zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\'))) | controls;
        if found != 0 {
            return Some(at * 8 + found.trailing_zeros() as usize / 8);
        }
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..b' ');
    rest.iter().position(special).map(|at| bytes.len() - rest.len() + at)
}

fn blank(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_ends_at_the_first_byte_that_is_special(bytes in prop::collection::vec(prop_oneof![any::<u8>(), 0x1e..0x24_u8], 0..40)) {
            let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..b' ');
            prop_assert_eq!(first_special(&bytes), bytes.iter().position(special));
        }
    }
}
