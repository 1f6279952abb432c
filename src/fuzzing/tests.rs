use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::*;

fn fuzz_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = fuzz_folder().join("seeds").join(name);
    names_in(&folder).iter().map(|file| std::fs::read(folder.join(file)).unwrap()).collect()
}

#[test]
fn every_law_has_a_target_and_seeds() {
    if !fuzz_folder().is_dir() {
        eprintln_skip();
        return;
    }
    let laws: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(names_in(&fuzz_folder().join("seeds")), laws);
    let files = laws.iter().map(|name| format!("{name}.rs")).collect();
    assert_eq!(names_in(&fuzz_folder().join("fuzz_targets")), files);
    assert!(laws.iter().all(|name| !seeds(name).is_empty()));
}

#[test]
fn the_laws_hold_for_every_seed_cut_short_and_with_a_byte_changed() {
    if !fuzz_folder().is_dir() {
        eprintln_skip();
        return;
    }
    for target in TARGETS {
        for seed in seeds(target.name) {
            (target.law)(&seed);
            // Some 60 places a seed: enough for a regression, little enough for every run of the tests.
            for at in (0..seed.len()).step_by(seed.len() / 60 + 1) {
                (target.law)(&seed[..at]);
                for value in [0, b'\n', b'<', 0xFF, seed[at] ^ 0x20] {
                    let mut changed = seed.clone();
                    changed[at] = value;
                    (target.law)(&changed);
                }
            }
        }
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn eprintln_skip() {
    eprintln!("skipped: the folder `fuzz` is not part of the package");
}
