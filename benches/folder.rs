//! A folder of 10,000 small files: how long a run takes in which nothing has changed, and how much memory a
//! run of 10,000 takes beside one of 1,000.
//!
//! `cargo bench --bench folder`. The engine is scripted, so that what is measured is gloss.

mod measure;

fn main() {
    let (small, _) = first_run(1_000);
    let (large, folder) = first_run(10_000);
    measure::line(&format!(
        "memory: peak {:.0} MB for 10,000 files, {:.0} MB for 1,000; ratio {:.2}; first run of 10,000 in {:.0} s",
        megabytes(&large),
        megabytes(&small),
        megabytes(&large) / megabytes(&small),
        large.seconds,
    ));
    let again = measure::gloss(folder.path(), &ARGUMENTS);
    measure::line(&format!(
        "unchanged: 10,000 files again in {:.2} s, peak {:.0} MB",
        again.seconds,
        megabytes(&again)
    ));
}

const ARGUMENTS: [&str; 8] = ["run", "in", "--to", "es", "--out", "out", "-q", "--script=script.json"];

fn first_run(files: usize) -> (measure::Ran, tempfile::TempDir) {
    let folder = measure::folder();
    measure::write(&folder.path().join("script.json"), "{}");
    for number in 0..files {
        let path = folder.path().join(format!("in/{:03}/{number:05}.txt", number / 100));
        measure::write(&path, &article(number));
    }
    let ran = measure::gloss(folder.path(), &ARGUMENTS);
    (ran, folder)
}

fn article(number: usize) -> String {
    format!(
        "Bridge number {number} opens to traffic\n\nThe council opened bridge number {number} on Monday after a year \
         of work.\n\nIt cost {} thousand euros, and {} people came to see it.\n",
        number * 3 + 100,
        number * 7 + 20
    )
}

fn megabytes(ran: &measure::Ran) -> f64 {
    ran.peak_kilobytes as f64 / 1_024.0
}
