//! The laws of everything that reads bytes from outside: replies, sources, and our own files.
//!
//! Each function takes any bytes and panics where a law is broken. `fuzz/` has a target for each; the tests here
//! hold each to its seeds, to every cut of them and to every byte of them changed, so that a finding of the fuzzer
//! stays found. Built for tests and for the fuzzer alone.
//!
//! Must not open files or the network, and must not know more of a parser than its signature.

mod exchange;
mod own_files;
mod replies;
mod services;
mod sources;

pub use exchange::{glossary_file, tmx_file, xliff_file};
pub use own_files::{
    ledger_json, lock_file, memory_log, memory_pages, report_json, script_file, settings_file, trust_files,
};
pub use replies::{chat_form, chat_reply, checks, id_matching, retry_after};
pub use services::{apertium_reply, deepl_reply, libretranslate_reply, models_json};
pub use sources::{decode, language_tag, markdown_identity, output_names, text_identity, unit_restore};

/// One reader of bytes and the law it is held to.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name of the fuzz target and of its folder of seeds.
    pub name: &'static str,
    pub law: fn(&[u8]),
}

/// Every target of `fuzz/fuzz_targets`.
pub const TARGETS: &[Target] = &[
    Target { name: "chat_reply", law: chat_reply },
    Target { name: "chat_form", law: chat_form },
    Target { name: "libretranslate_reply", law: libretranslate_reply },
    Target { name: "deepl_reply", law: deepl_reply },
    Target { name: "apertium_reply", law: apertium_reply },
    Target { name: "models_json", law: models_json },
    Target { name: "retry_after", law: retry_after },
    Target { name: "id_matching", law: id_matching },
    Target { name: "checks", law: checks },
    Target { name: "language_tag", law: language_tag },
    Target { name: "settings_file", law: settings_file },
    Target { name: "trust_files", law: trust_files },
    Target { name: "script_file", law: script_file },
    Target { name: "ledger_json", law: ledger_json },
    Target { name: "report_json", law: report_json },
    Target { name: "memory_pages", law: memory_pages },
    Target { name: "memory_log", law: memory_log },
    Target { name: "lock_file", law: lock_file },
    Target { name: "decode", law: decode },
    Target { name: "text_identity", law: text_identity },
    Target { name: "markdown_identity", law: markdown_identity },
    Target { name: "unit_restore", law: unit_restore },
    Target { name: "output_names", law: output_names },
    Target { name: "xliff_file", law: xliff_file },
    Target { name: "tmx_file", law: tmx_file },
    Target { name: "glossary_file", law: glossary_file },
];

/// Text that may stand in a message to a person: no control characters (they would reach a terminal).
fn fit_for_a_message(text: &str) {
    assert!(!text.chars().any(char::is_control), "a control character in {text:?}");
}

/// The bytes before and after the first zero byte, as texts.
fn two_texts(bytes: &[u8]) -> (String, String) {
    let (first, second) = match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => (bytes.get(..at).unwrap_or_default(), bytes.get(at + 1..).unwrap_or_default()),
        None => (bytes, &[][..]),
    };
    (String::from_utf8_lossy(first).into_owned(), String::from_utf8_lossy(second).into_owned())
}

#[cfg(test)]
mod tests;
