//! What this module's readers of bytes are held to, for [`crate::fuzzing`].

use std::collections::HashMap;
use std::io::Cursor;

use super::lock;
use super::log::{self, Log};
use super::pages::{PAGE, Pages};
use super::salvage::{self, Row};
use super::seal::Seal;

/// A database file: every page is read to its end, and a row that counts has the width of its table.
pub(crate) fn pages(bytes: &[u8]) {
    let none = HashMap::new();
    read(bytes, &none);
}

/// A log: whole pages come out of it, and rows out of those.
pub(crate) fn log(bytes: &[u8]) {
    let log: Log = log::read(bytes);
    let newest = log.newest();
    assert!(newest.values().all(|page| page.len() == PAGE));
    assert!(newest.len() <= bytes.len() / PAGE);
    // Frames behind a broken one are in the tail.
    assert!(!log.broken || !log.tail.is_empty());
    read(&[], &newest);
}

fn read(file: &[u8], newer: &HashMap<u32, Vec<u8>>) {
    let mut file = Cursor::new(file);
    let Ok(mut pages) = Pages::new(&mut file, newer) else { return };
    for number in pages.numbers() {
        let outcome = pages.rows(number, &mut |values| {
            if let Row::Sound(table, values) = salvage::recognise(values) {
                assert_eq!(values.len(), table.columns.len());
            }
        });
        assert!(outcome.is_ok());
    }
}

/// The signature in a lock file: one line, of bounded length, fit for a message.
pub(crate) fn lock(bytes: &[u8]) {
    let message = lock::describe(bytes);
    assert!(!message.chars().any(char::is_control), "{message:?}");
    assert!(message.chars().count() < 12_000, "{}", message.len());
}

/// A seal: what says `closed` is written again as it was read.
pub(crate) fn seal(bytes: &[u8]) {
    let seal = Seal::parse(&String::from_utf8_lossy(bytes));
    if let Seal::Closed { bytes, hash } = &seal {
        assert_eq!(Seal::parse(&format!("closed {bytes} {hash}\n")), seal);
    }
}
