#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gloss::fuzzing::xliff_file(bytes));
