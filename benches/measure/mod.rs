//! What the benches share: a folder, the binary run in it, its CPU time and peak memory.
#![allow(dead_code, reason = "each bench uses its part")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What one run of the binary took.
pub struct Ran {
    pub seconds: f64,
    /// User and system time.
    pub cpu: Duration,
    /// The high-water mark of resident memory.
    pub peak_kilobytes: u64,
}

pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[expect(clippy::disallowed_methods, reason = "a bench makes its own sources")]
pub fn write(path: &Path, text: &str) {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).expect("a folder for sources");
    }
    std::fs::write(path, text).expect("a source");
}

/// Runs the binary in `folder`; fails where it does.
pub fn gloss(folder: &Path, arguments: &[&str]) -> Ran {
    let before = children_cpu();
    let began = std::time::Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_gloss"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary starts");
    let mut peak_kilobytes = 0;
    let status = loop {
        peak_kilobytes = peak(child.id()).unwrap_or(0).max(peak_kilobytes);
        if let Some(status) = child.try_wait().expect("the binary can be waited for") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(status.success(), "{arguments:?}: {status}");
    Ran { seconds: began.elapsed().as_secs_f64(), cpu: children_cpu() - before, peak_kilobytes }
}

/// `VmHWM` of a running process, in kilobytes. Linux only; 0 elsewhere.
fn peak(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The CPU time of this process, without its children's.
pub fn own_cpu() -> Duration {
    cpu(11)
}

/// The CPU time of all children waited for.
fn children_cpu() -> Duration {
    cpu(13)
}

/// User and system time in `/proc/self/stat` (proc(5)), in ticks of 10 ms: two fields, `skip` of those behind the name before them.
fn cpu(skip: usize) -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 =
        after_name.split_whitespace().skip(skip).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

#[expect(clippy::print_stdout, reason = "a bench prints its line")]
pub fn line(text: &str) {
    println!("{text}");
}
