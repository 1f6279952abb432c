//! The rows of a database file, read from its bytes page by page, without SQLite: what can be had of a file that
//! SQLite refuses, or reads only in part.
//!
//! Every page is looked at as if it were a leaf of a table, whatever its own head says; what comes out is nothing until
//! its sum verifies ([`super::row`]). Format: <https://www.sqlite.org/fileformat2.html>, sections 1.5 and 2.
//!
//! Must not trust a number that it reads, and must hold no more of the file than a page and one row.

use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom};

use rusqlite::types::ValueRef;

/// Bytes of a page. gloss's databases have no other.
pub(super) const PAGE: usize = 4096;

/// The largest row that is read, in bytes.
const LARGEST_ROW: usize = 64 << 20;

/// Columns of the widest row that is read.
const MOST_COLUMNS: usize = 32;

/// The pages of one file, some of them replaced by those of its log.
#[derive(Debug)]
pub(super) struct Pages<'a, F> {
    pub file: &'a mut F,
    /// Pages of the file itself.
    pub count: u32,
    /// Newer pages by their numbers, from 1.
    pub newer: &'a HashMap<u32, Vec<u8>>,
}

impl<'a, F: Read + Seek> Pages<'a, F> {
    /// # Errors
    /// Where the file cannot be read.
    pub fn new(file: &'a mut F, newer: &'a HashMap<u32, Vec<u8>>) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        // A last page that was cut off may still hold rows.
        let count = u32::try_from(length.div_ceil(PAGE as u64)).unwrap_or(u32::MAX);
        Ok(Self { file, count, newer })
    }

    /// The numbers of the file's pages and of those that only its log has.
    pub fn numbers(&self) -> Vec<u32> {
        let mut beyond: Vec<u32> = self.newer.keys().copied().filter(|number| *number > self.count).collect();
        beyond.sort_unstable();
        (1..=self.count).chain(beyond).collect()
    }

    /// A page by its number, from 1; zeros where there is none.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn page(&mut self, number: u32) -> io::Result<Vec<u8>> {
        if let Some(page) = self.newer.get(&number) {
            return Ok(page.clone());
        }
        let mut page = Vec::with_capacity(PAGE);
        if (1..=self.count).contains(&number) {
            self.file.seek(SeekFrom::Start(u64::from(number - 1) * PAGE as u64))?;
            // A sector that cannot be read costs its page.
            if self.file.by_ref().take(PAGE as u64).read_to_end(&mut page).is_err() {
                page.clear();
            }
        }
        page.resize(PAGE, 0);
        Ok(page)
    }

    /// Hands every row of page `number` to `each`. Rows that run out of the file are left out.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn rows(&mut self, number: u32, each: &mut dyn FnMut(&[ValueRef<'_>])) -> io::Result<()> {
        let page = self.page(number)?;
        // The first page begins with the file's own head.
        let start = if number == 1 { 100 + 8 } else { 8 };
        let mut lowest = PAGE;
        let mut at = start;
        while at + 2 <= lowest {
            let cell = usize::from(u16::from_be_bytes([byte(&page, at), byte(&page, at + 1)]));
            at += 2;
            if cell < at || cell >= PAGE {
                continue;
            }
            lowest = lowest.min(cell);
            if let Some(record) = self.record(page.get(cell..).unwrap_or_default())?
                && let Some(values) = values(&record)
            {
                each(&values);
            }
        }
        Ok(())
    }

    /// The whole record of a cell: its head and what of it lies on further pages.
    fn record(&mut self, cell: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let Some((size, after_size)) = varint(cell) else { return Ok(None) };
        let Some((_, rest)) = varint(after_size) else { return Ok(None) };
        let Some(size) = usize::try_from(size).ok().filter(|size| (1..=LARGEST_ROW).contains(size)) else {
            return Ok(None);
        };
        // How much of a row stands in its leaf: section 1.6 of the format.
        let (most, least) = (PAGE - 35, (PAGE - 12) * 32 / 255 - 23);
        let here = if size <= most {
            size
        } else {
            let fitting = least + (size - least) % (PAGE - 4);
            if fitting <= most { fitting } else { least }
        };
        let Some(first) = rest.get(..here) else { return Ok(None) };
        let mut record = first.to_vec();
        let mut next = rest.get(here..here + 4).map_or(0, number);
        while record.len() < size {
            if next == 0 || (next > self.count && !self.newer.contains_key(&next)) {
                return Ok(None);
            }
            let page = self.page(next)?;
            let missing = (size - record.len()).min(PAGE - 4);
            record.extend_from_slice(page.get(4..4 + missing).unwrap_or_default());
            next = page.get(..4).map_or(0, number);
        }
        Ok(Some(record))
    }
}

fn byte(page: &[u8], at: usize) -> u8 {
    page.get(at).copied().unwrap_or_default()
}

/// The number in the first four bytes, the highest first.
pub(super) fn number(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// A number of one to nine bytes, and what follows it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(9).enumerate() {
        let rest = bytes.get(index + 1..)?;
        if index == 8 {
            return Some((value << 8 | u64::from(*byte), rest));
        }
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, rest));
        }
    }
    None
}

/// The values of a record; `None` where it is none.
fn values(record: &[u8]) -> Option<Vec<ValueRef<'_>>> {
    let (length, mut kinds) = varint(record)?;
    let length = usize::try_from(length).ok()?;
    let mut body = record.get(length..)?;
    let head_left = |kinds: &[u8]| length.checked_sub(record.len() - kinds.len());
    let mut values = Vec::new();
    while head_left(kinds)? > 0 {
        let (kind, rest) = varint(kinds)?;
        head_left(rest)?;
        kinds = rest;
        let size = match kind {
            0 | 8 | 9 => 0,
            1..=4 => usize::try_from(kind).ok()?,
            5 => 6,
            6 | 7 => 8,
            10 | 11 => return None,
            _ => usize::try_from((kind - 12) / 2).ok()?,
        };
        let (bytes, after) = body.split_at_checked(size)?;
        body = after;
        values.push(match kind {
            0 => ValueRef::Null,
            1..=6 => ValueRef::Integer(integer(bytes)),
            7 => ValueRef::Real(f64::from_bits(integer(bytes).cast_unsigned())),
            8 => ValueRef::Integer(0),
            9 => ValueRef::Integer(1),
            _ if kind % 2 == 0 => ValueRef::Blob(bytes),
            _ => ValueRef::Text(bytes),
        });
        if values.len() > MOST_COLUMNS {
            return None;
        }
    }
    body.is_empty().then_some(values)
}

/// A number with a sign, the highest byte first.
fn integer(bytes: &[u8]) -> i64 {
    let negative = bytes.first().is_some_and(|first| first & 0x80 != 0);
    bytes.iter().fold(if negative { -1 } else { 0 }, |value, byte| value << 8 | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use rusqlite::Connection;
    use rusqlite::types::Value;

    use super::*;

    #[test]
    fn rows_are_those_that_sqlite_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.db");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch("PRAGMA page_size = 4096; CREATE TABLE t (a, b, c, d);").unwrap();
        let numbers = [0, 1, -1, 127, -128, 40_000, -8_000_000, 1 << 31, -(1 << 40), i64::MAX, i64::MIN];
        let mut expected: Vec<Vec<Value>> = Vec::new();
        for (index, number) in numbers.iter().cycle().take(300).enumerate() {
            // Some on one page, some just over it, some over many.
            let length = [0, 7, 480, 4_050, 4_062, 5_000, 30_000][index % 7];
            let row = vec![
                Value::Integer(*number),
                Value::Text("é".repeat(length)),
                if index % 3 == 0 { Value::Null } else { Value::Blob(vec![0xFE; index]) },
                Value::Real(index as f64 / 3.0),
            ];
            connection
                .execute("INSERT INTO t VALUES (?1, ?2, ?3, ?4)", rusqlite::params_from_iter(&row))
                .unwrap();
            expected.push(row);
        }
        drop(connection);
        let bytes = std::fs::read(&path).unwrap();
        let mut file = Cursor::new(bytes);
        let newer = HashMap::new();
        let mut pages = Pages::new(&mut file, &newer).unwrap();
        let mut found: Vec<Vec<Value>> = Vec::new();
        for number in 2..=pages.count {
            let mut keep = |values: &[ValueRef<'_>]| {
                if values.len() == 4 {
                    found.push(values.iter().map(|value| Value::try_from(*value).unwrap()).collect());
                }
            };
            pages.rows(number, &mut keep).unwrap();
        }
        let shown = |row: &Vec<Value>| format!("{row:?}");
        found.sort_by_key(shown);
        expected.sort_by_key(shown);
        assert!(found == expected, "{} of {}", found.len(), expected.len());
    }
}
