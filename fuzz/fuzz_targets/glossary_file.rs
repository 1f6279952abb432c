#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gloss::fuzzing::glossary_file(bytes));
