//! The values of a file one by one, found by their brackets alone. A list is taken apart, and so is an object that holds a list of
//! a name that is asked for: its items are the values, and what stands beside it is not looked at.

use std::io::{self, BufRead, Read};

use crate::Reason;

/// The most bytes that one value may have.
const ELEMENT_BYTES_MAX: usize = 16 << 20;

/// A value of a file.
pub(crate) struct Element {
    /// The line on which it starts, from 1.
    pub(crate) line: u64,
    /// The name of the list that it is an item of.
    pub(crate) list: Option<String>,
    /// Its text, or why there is none.
    pub(crate) text: Result<Vec<u8>, Reason>,
}

/// Where the reader is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    /// Outside of everything.
    Top,
    /// In a list whose items are values; its name, if it is a member of an object that was opened for it.
    List(Option<String>),
    /// Behind such a list, inside the object.
    Beside,
}

/// The values of a file.
pub(crate) struct Elements<'a> {
    bytes: Bytes<'a>,
    lists: &'a [String],
    at: At,
    ended: bool,
}

impl<'a> Elements<'a> {
    /// Of a file in UTF-8; `lists` are the names of the lists that are taken apart.
    pub(crate) fn new(reader: Box<dyn Read + 'a>, lists: &'a [String]) -> Self {
        Self { bytes: Bytes::new(reader), lists, at: At::Top, ended: false }
    }

    /// The next value; none after the last, or after one whose end cannot be found.
    pub(crate) fn next(&mut self) -> Option<Element> {
        if self.ended {
            return None;
        }
        let found = self.find();
        self.ended = !matches!(found, Ok(Some(Element { text: Ok(_), .. })));
        match found {
            Ok(element) => element,
            Err(error) => {
                let (line, text) = (self.bytes.line, Err(Reason::Unreadable(error.kind())));
                Some(Element { line, list: None, text })
            }
        }
    }

    fn find(&mut self) -> io::Result<Option<Element>> {
        loop {
            let Some(byte) = self.bytes.peek()? else {
                let cut = self.at != At::Top;
                return Ok(cut.then(|| self.element(self.bytes.line, Err(Reason::CutOff))));
            };
            match (byte, &self.at) {
                (b' ' | b'\t' | b'\r' | b'\n' | b',', _) => self.bytes.skip()?,
                (b'[', At::Top) => {
                    self.bytes.skip()?;
                    self.at = At::List(None);
                }
                (b']', At::List(name)) => {
                    self.at = if name.is_some() { At::Beside } else { At::Top };
                    self.bytes.skip()?;
                }
                (b'}', At::Beside) => {
                    self.at = At::Top;
                    self.bytes.skip()?;
                }
                (_, At::Beside) => {
                    // A member after the list: its name, its colon, its value.
                    let line = self.bytes.line;
                    if byte == b':' {
                        self.bytes.skip()?;
                    } else if let Err(reason) = self.value(&[])? {
                        return Ok(Some(self.element(line, Err(reason))));
                    }
                }
                _ => {
                    let line = self.bytes.line;
                    let lists = if self.at == At::Top { self.lists } else { &[] };
                    match self.value(lists)? {
                        Ok(Found::List(name)) => self.at = At::List(Some(name)),
                        Ok(Found::Value(text)) => return Ok(Some(self.element(line, Ok(text)))),
                        Err(reason) => return Ok(Some(self.element(line, Err(reason)))),
                    }
                }
            }
        }
    }

    fn element(&self, line: u64, text: Result<Vec<u8>, Reason>) -> Element {
        let list = match &self.at {
            At::List(name) => name.clone(),
            At::Top | At::Beside => None,
        };
        Element { line, list, text }
    }

    /// Reads a value to its end, or an object up to the first item of a list of one of these names.
    fn value(&mut self, lists: &[String]) -> io::Result<Result<Found, Reason>> {
        let mut scan = Scan::default();
        while let Some(byte) = self.bytes.peek()? {
            if scan.is_over(byte) {
                return Ok(Ok(Found::Value(scan.text)));
            }
            self.bytes.skip()?;
            if scan.text.len() >= ELEMENT_BYTES_MAX {
                return Ok(Err(Reason::TooLong { bytes_max: ELEMENT_BYTES_MAX }));
            }
            scan.take(byte);
            if byte == b'[' && scan.depth == 2 && scan.outermost == Some(b'{') {
                let name = lists.iter().find(|list| scan.member.as_deref() == Some(list.as_bytes()));
                if let Some(name) = name {
                    return Ok(Ok(Found::List(name.clone())));
                }
            }
            if scan.is_whole() {
                return Ok(Ok(Found::Value(scan.text)));
            }
        }
        // A bare number or word ends with the file; all else has to be closed.
        Ok(if scan.depth == 0 && !scan.in_text { Ok(Found::Value(scan.text)) } else { Err(Reason::CutOff) })
    }
}

/// What was found where a value should be.
enum Found {
    Value(Vec<u8>),
    /// The list of this name, which is to be taken apart.
    List(String),
}

/// How far a value is read.
#[derive(Default)]
struct Scan {
    text: Vec<u8>,
    depth: usize,
    outermost: Option<u8>,
    in_text: bool,
    escaped: bool,
    /// Where the last text began that lies directly in the outermost value, and what it was: the name of a member.
    began: usize,
    member: Option<Vec<u8>>,
}

impl Scan {
    /// Whether a bare word ends before this byte.
    fn is_over(&self, next: u8) -> bool {
        let ends = matches!(next, b',' | b']' | b'}' | b':' | b' ' | b'\t' | b'\r' | b'\n');
        self.depth == 0 && !self.in_text && !self.text.is_empty() && ends
    }

    /// Whether the value is closed.
    fn is_whole(&self) -> bool {
        self.depth == 0 && !self.in_text && matches!(self.text.last(), Some(b'}' | b']' | b'"'))
    }

    fn take(&mut self, byte: u8) {
        self.text.push(byte);
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => {
                    self.in_text = false;
                    if self.depth == 1 {
                        self.member = Some(self.text[self.began..self.text.len() - 1].to_vec());
                    }
                }
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => {
                self.in_text = true;
                self.began = self.text.len();
            }
            b'{' | b'[' => {
                self.outermost.get_or_insert(byte);
                self.depth += 1;
            }
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            b',' if self.depth == 1 => self.member = None,
            _ => {}
        }
    }
}

/// Bytes with the line that they are on.
struct Bytes<'a> {
    reader: io::BufReader<Box<dyn Read + 'a>>,
    line: u64,
}

impl<'a> Bytes<'a> {
    fn new(reader: Box<dyn Read + 'a>) -> Self {
        Self { reader: io::BufReader::with_capacity(1 << 16, reader), line: 1 }
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.reader.fill_buf() {
                Ok(bytes) => return Ok(bytes.first().copied()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn skip(&mut self) -> io::Result<()> {
        self.line += u64::from(self.peek()? == Some(b'\n'));
        self.reader.consume(1);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Option<String>, Result<String, &'static str>)> {
        let lists = ["records".to_owned(), "results".to_owned()];
        let mut elements = Elements::new(Box::new(text.as_bytes()), &lists);
        std::iter::from_fn(|| elements.next())
            .map(|element| {
                let text = element.text.map(|text| String::from_utf8(text).expect("UTF-8"));
                (element.line, element.list, text.map_err(|reason| reason.code()))
            })
            .collect()
    }

    fn whole(line: u64, list: Option<&str>, text: &str) -> (u64, Option<String>, Result<String, &'static str>) {
        (line, list.map(str::to_owned), Ok(text.to_owned()))
    }

    #[test]
    fn values_are_found_on_lines_in_lists_and_in_objects_around_lists() {
        assert_eq!(
            read("{\"a\":1}\r\n\n{\"b\":\"}\\\"\"}\n"),
            [whole(1, None, "{\"a\":1}"), whole(3, None, "{\"b\":\"}\\\"\"}")]
        );
        assert_eq!(
            read("[{\"a\":[1]},\n 2, \"x\"]"),
            [whole(1, None, "{\"a\":[1]}"), whole(2, None, "2"), whole(2, None, "\"x\"")]
        );
        let wrapped = "{\"total\": 2, \"records\": [{\"a\": {\"records\": []}},\n{\"b\": 2}], \"next\": {\"x\": \"]\"}}\n{\"records\": 3}";
        let expected = [
            whole(1, Some("records"), "{\"a\": {\"records\": []}}"),
            whole(2, Some("records"), "{\"b\": 2}"),
            whole(3, None, "{\"records\": 3}"),
        ];
        assert_eq!(read(wrapped), expected);
        assert_eq!(read("{\"records\": []}"), []);
        assert_eq!(read("{\n\"a\": \"records\", \"b\": [1]}"), [whole(1, None, "{\n\"a\": \"records\", \"b\": [1]}")]);
    }

    #[test]
    fn what_is_cut_off_says_so() {
        for text in
            ["{\"a\": 1", "[{\"a\": 1}", "{\"records\": [{\"a\": 1}", "{\"records\": [1], \"next\": \"x", "[\"a"]
        {
            let read = read(text);
            assert_eq!(read.last().map(|(.., text)| text.clone()), Some(Err("cut-off")), "{text}");
        }
        assert_eq!(read("[1"), [whole(1, None, "1"), (1, None, Err("cut-off"))]);
    }

    #[test]
    fn a_value_without_end_takes_bounded_memory() {
        let endless = io::Cursor::new(b"[\"".to_vec()).chain(io::repeat(b'x'));
        let mut elements = Elements::new(Box::new(endless), &[]);
        let reason = elements.next().map(|element| element.text.map(|_| ()));
        assert_eq!(reason, Some(Err(Reason::TooLong { bytes_max: ELEMENT_BYTES_MAX })));
        assert!(elements.next().is_none());
    }
}
