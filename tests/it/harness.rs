//! A folder to run in, and the binary run there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A temporary folder with articles in it.
pub struct Sandbox {
    folder: PathBuf,
    /// Removed with the sandbox.
    _temporary: Option<tempfile::TempDir>,
}

/// What one run of the binary came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    pub fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        Self { folder: temporary.path().to_owned(), _temporary: Some(temporary) }
    }

    /// One that stands after the tests, for what many of them look at: below `target`, anew each time.
    pub fn kept(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let sandbox = Self { folder, _temporary: None };
        sandbox.remove("");
        std::fs::create_dir_all(&sandbox.folder).unwrap();
        sandbox
    }

    /// Removes a folder with all in it, if it is there.
    #[expect(clippy::disallowed_methods, reason = "a test clears its own sandbox")]
    pub fn remove(&self, relative: &str) {
        let folder = self.path(relative);
        if folder.exists() {
            std::fs::remove_dir_all(folder).unwrap();
        }
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.folder.join(relative)
    }

    #[expect(clippy::disallowed_methods, reason = "a test makes its own sources")]
    pub fn file(&self, relative: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    pub fn read(&self, relative: &str) -> String {
        let path = self.path(relative);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub fn bytes(&self, relative: &str) -> Vec<u8> {
        let path = self.path(relative);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Makes the file that `--script script.json` reads.
    pub fn script(&self, script: &serde_json::Value) -> &Self {
        self.file("script.json", script.to_string())
    }

    /// `gloss run` with the scripted engine.
    pub fn scripted(&self, arguments: &[&str]) -> Ran {
        self.gloss(&[&["run", "--script", "script.json"], arguments].concat())
    }

    pub fn exists(&self, relative: &str) -> bool {
        self.path(relative).exists()
    }

    /// The binary, in this folder, with no setting of the outer environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gloss"));
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        for (name, _) in std::env::vars() {
            if name.starts_with("GLOSS_") || name.starts_with("OPENAI_") {
                command.env_remove(name);
            }
        }
        command.env("SOURCE_DATE_EPOCH", "1764547200").env("NO_COLOR", "1");
        command
    }

    pub fn gloss(&self, arguments: &[&str]) -> Ran {
        let output = self.command(arguments).output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Every file by its path, without `.gloss`.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        collect(&self.folder, &self.folder, &mut found);
        found
    }

    /// The run's `report.json`.
    pub fn report(&self, state_root: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(&format!("{state_root}/.gloss/report.json"))).unwrap()
    }
}

impl Ran {
    /// The event of each line of stdout, of a run with `--json`.
    #[track_caller]
    pub fn events(&self) -> Vec<serde_json::Value> {
        let event = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(event).collect()
    }

    /// Fails the test unless stderr holds `text`.
    #[track_caller]
    pub fn says(&self, text: &str) -> &Self {
        assert!(self.stderr.contains(text), "`{text}` is not in stderr:\n{}", self.stderr);
        self
    }

    /// Fails the test with everything the run said, unless it ended with `code`.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

fn there<T>(result: std::io::Result<T>) -> Option<T> {
    match result {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        result => Some(result.unwrap()),
    }
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name == ".gloss") {
            continue;
        }
        // A run that is still going may rename its temporary file between the listing and the look.
        let Some(metadata) = there(std::fs::symlink_metadata(&path)) else { continue };
        if metadata.is_dir() {
            collect(root, &path, found);
        } else if metadata.is_file() {
            let Some(bytes) = there(std::fs::read(&path)) else { continue };
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            found.insert(name, bytes);
        }
    }
}
