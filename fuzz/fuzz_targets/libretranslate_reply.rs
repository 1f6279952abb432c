#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gloss::fuzzing::libretranslate_reply(bytes));
