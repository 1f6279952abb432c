//! Where the embedded engine's models are kept: finding, listing and adding them.
//!
//! A store is a folder with one subfolder per language pair (`en-pt`), each holding the model, its
//! vocabularies, usually its shortlist, and `gloss-model.json`, which names the pair and the size and SHA-256 of every file.
//! A pair without that file, or whose files do not fit it, is not installed. This module touches no
//! network: [`super::fetch`] brings models in.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::engine::Progress;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::settings::LocalSettings;

use super::fetch::Sources;

/// The file that makes a folder a model of ours.
const MANIFEST: &str = "gloss-model.json";

/// The language that pairs without a model of their own are routed through: every model of Mozilla's
/// registry goes from or to English.
pub const HUB: &str = "en";

/// A model on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalledModel {
    pub from: Language,
    pub to: Language,
    /// The model's own name, e.g. `enpt-1693087644`.
    pub name: String,
    /// Size of all its files.
    pub bytes: u64,
    pub path: PathBuf,
}

/// A model that could be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailableModel {
    pub from: Language,
    pub to: Language,
    /// Where it would come from, for people.
    pub origin: String,
}

/// What a model folder holds, written when the folder is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub from: Language,
    pub to: Language,
    pub name: String,
    /// Where it came from, for people.
    pub origin: String,
    pub model: String,
    pub source_vocabulary: String,
    pub target_vocabulary: String,
    #[serde(default)]
    pub shortlist: Option<String>,
    /// Size and SHA-256 (hex) of each file by name.
    pub files: BTreeMap<String, FileFacts>,
}

/// What a file must be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct FileFacts {
    pub bytes: u64,
    pub sha256: String,
}

/// The part a file plays in a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Model,
    Vocabulary,
    SourceVocabulary,
    TargetVocabulary,
    Shortlist,
}

/// A model ready to be loaded.
#[derive(Debug, Clone)]
pub(super) struct ModelFiles {
    pub installed: InstalledModel,
    pub model: PathBuf,
    pub source_vocabulary: PathBuf,
    pub target_vocabulary: PathBuf,
    pub shortlist: Option<PathBuf>,
}

/// The folder of models, and where more can be had.
#[derive(Debug)]
pub struct ModelStore {
    root: PathBuf,
    pub(super) sources: Sources,
}

impl ModelStore {
    /// Opens the store `settings` name, or the one in the user's cache folder. Nothing is created.
    ///
    /// # Errors
    /// Where the cache folder can't be told (no home folder), or the mirror's address is none.
    pub fn new(settings: &LocalSettings) -> Result<Self> {
        let root = match &settings.models_dir {
            Some(folder) => folder.clone(),
            None => {
                use etcetera::BaseStrategy;
                let strategy = etcetera::choose_base_strategy().map_err(|_| {
                    Error::engine(
                        "the folder for models can't be told: there is no home folder",
                        "name one with GLOSS_MODELS_DIR",
                    )
                })?;
                strategy.cache_dir().join("gloss").join("models")
            }
        };
        Ok(Self { root, sources: Sources::new(settings.models_url.as_deref())? })
    }

    /// The folder the models are kept in; it may not exist yet.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The models of the store, by pair.
    ///
    /// # Errors
    /// Where the folder is there but can't be read.
    pub fn installed(&self) -> Result<Vec<InstalledModel>> {
        let entries = match std::fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::io(&self.root, error)),
        };
        let mut models = Vec::new();
        for entry in entries {
            let path = entry.map_err(|error| Error::io(&self.root, error))?.path();
            let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
            if hidden || !path.is_dir() {
                continue;
            }
            if let Some(files) = read_manifest(&path).and_then(|manifest| in_place(&path, &manifest)) {
                models.push(files.installed);
            }
        }
        models.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
        Ok(models)
    }

    /// What could be pulled, as far as the sources say: best effort, empty where none answers.
    pub async fn available(&self) -> Vec<AvailableModel> {
        self.sources.available().await
    }

    /// Fetches the model from `from` to `to` into the store, verified. A model already there is left
    /// alone. A pair that exists only by way of English must be pulled in its two halves.
    ///
    /// # Errors
    /// Where no source has it: the message names the pair and what was tried, the hint the ways out.
    pub async fn pull(
        &self,
        from: &Language,
        to: &Language,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<InstalledModel> {
        if let Some(files) = self.find(from, to) {
            return Ok(files.installed);
        }
        self.sources.pull(self, from, to, progress).await
    }

    /// Copies the model in `folder` into the store.
    ///
    /// # Errors
    /// Where `folder` holds no model, or one whose language pair can't be told.
    pub fn add(&self, folder: &Path) -> Result<InstalledModel> {
        let mut parts = Vec::new();
        let entries = std::fs::read_dir(folder).map_err(|error| Error::io(folder, error))?;
        for entry in entries {
            let path = entry.map_err(|error| Error::io(folder, error))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if let Some(part) = part_of(&name)
                && path.is_file()
            {
                parts.push((part, name, path));
            }
        }
        let manifest = read_manifest(folder);
        let pair = manifest
            .as_ref()
            .map(|manifest| (manifest.from.clone(), manifest.to.clone()))
            .or_else(|| guess_pair(folder, parts.iter().map(|(_, name, _)| name.as_str())));
        let Some((from, to)) = pair else {
            return Err(Error::file(
                folder,
                "the language pair of this model can't be told from its names",
                "name the folder after the pair, e.g. `en-pt`",
            ));
        };
        let name = manifest.map(|manifest| manifest.name).unwrap_or_else(|| {
            folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
        });
        let mut files = Vec::new();
        for (part, file, path) in parts {
            let bytes = std::fs::read(&path).map_err(|error| Error::io(&path, error))?;
            files.push((part, file, bytes));
        }
        self.install(&from, &to, &name, &format!("added from `{}`", folder.display()), &files)
    }

    /// The files of the pair's own model, where it is installed whole.
    pub(super) fn find(&self, from: &Language, to: &Language) -> Option<ModelFiles> {
        for from in spellings(from) {
            for to in spellings(to) {
                let path = self.root.join(format!("{from}-{to}"));
                let found = read_manifest(&path).and_then(|manifest| in_place(&path, &manifest));
                if found.is_some() {
                    return found;
                }
            }
        }
        None
    }

    /// Compares every file's SHA-256 with the manifest's. A damaged model is put aside, so that the next
    /// look for it finds none and it is fetched again.
    ///
    /// # Errors
    /// Names the file that is not what it was when it was installed.
    pub(super) fn verify(&self, files: &ModelFiles) -> Result<()> {
        let folder = &files.installed.path;
        let Some(manifest) = read_manifest(folder) else {
            return Err(Error::file(folder, "the model was removed while it was being loaded", "run again"));
        };
        for (name, facts) in &manifest.files {
            let path = folder.join(name);
            let bytes = std::fs::read(&path).map_err(|error| Error::io(&path, error))?;
            if sha256_hex(&bytes) != facts.sha256 {
                put_aside(folder)?;
                return Err(Error::file(
                    path,
                    "damaged: its SHA-256 is not the one it was installed with; the model was put aside",
                    format!("run again, or `gloss models pull {}-{}`", manifest.from, manifest.to),
                ));
            }
        }
        Ok(())
    }

    /// Writes the files of a model into the store: first into a temporary folder beside, then renamed,
    /// so that another process sees the whole model or none of it, and a kill leaves no half model.
    ///
    /// # Errors
    /// Where a needed part is missing, or the store can't be written.
    pub(super) fn install(
        &self,
        from: &Language,
        to: &Language,
        name: &str,
        origin: &str,
        files: &[(Part, String, Vec<u8>)],
    ) -> Result<InstalledModel> {
        let named =
            |wanted: Part| files.iter().find(|(part, _, _)| *part == wanted).map(|(_, name, _)| name.clone());
        let shared = named(Part::Vocabulary);
        let (Some(model), Some(source_vocabulary), Some(target_vocabulary)) = (
            named(Part::Model),
            named(Part::SourceVocabulary).or(shared.clone()),
            named(Part::TargetVocabulary).or(shared),
        ) else {
            return Err(Error::engine(
                format!("the model {from}-{to} ({origin}) is not whole"),
                "a model is a `model*.bin`, a `vocab*.spm` (or `srcvocab*.spm` and `trgvocab*.spm`) and best a `lex*.bin`",
            ));
        };
        let facts = |bytes: &Vec<u8>| FileFacts { bytes: bytes.len() as u64, sha256: sha256_hex(bytes) };
        let manifest = Manifest {
            from: from.clone(),
            to: to.clone(),
            name: name.to_owned(),
            origin: origin.to_owned(),
            model,
            source_vocabulary,
            target_vocabulary,
            shortlist: named(Part::Shortlist),
            files: files.iter().map(|(_, name, bytes)| (name.clone(), facts(bytes))).collect(),
        };

        std::fs::create_dir_all(&self.root).map_err(|error| Error::io(&self.root, error))?;
        self.sweep();
        let temporary = tempfile::Builder::new()
            .prefix(TEMPORARY)
            .tempdir_in(&self.root)
            .map_err(|error| Error::io(&self.root, error))?;
        for (_, name, bytes) in files {
            write_synced(&temporary.path().join(name), bytes)?;
        }
        let text = serde_json::to_vec_pretty(&manifest)
            .map_err(|error| Error::engine(format!("manifest of {from}-{to}: {error}"), "report this"))?;
        write_synced(&temporary.path().join(MANIFEST), &text)?;

        let place = self.root.join(format!("{from}-{to}"));
        let whole = |place: &Path| read_manifest(place).and_then(|manifest| in_place(place, &manifest));
        if let Some(same) = whole(&place)
            && read_manifest(&place).is_some_and(|there| there.files == manifest.files)
        {
            return Ok(same.installed);
        }
        if place.exists() {
            put_aside(&place)?;
        }
        match rename(temporary.path(), &place) {
            // The folder is no longer under its temporary name: nothing is left to clean up.
            Ok(()) => drop(temporary.keep()),
            // Another process was first with the same pair.
            Err(_) if whole(&place).is_some() => {}
            Err(error) => return Err(Error::io(&place, error)),
        }
        whole(&place).map(|files| files.installed).ok_or_else(|| {
            Error::file(&place, "the model could not be put in its place", "check the disk and run again")
        })
    }

    /// Removes what killed installs left behind, once it is surely nobody's.
    fn sweep(&self) {
        const STALE: std::time::Duration = std::time::Duration::from_secs(24 * 3600);
        let Ok(entries) = std::fs::read_dir(&self.root) else { return };
        for entry in entries.flatten() {
            let old = entry
                .metadata()
                .and_then(|metadata| metadata.modified())
                .is_ok_and(|time| time.elapsed().is_ok_and(|age| age > STALE));
            if old && entry.file_name().to_string_lossy().starts_with(TEMPORARY) {
                remove_own_folder(&entry.path());
            }
        }
    }
}

/// How names of folders begin that are not models yet, or no longer.
const TEMPORARY: &str = ".gloss-";

/// The languages whose models serve `language`, best first: `pt-BR` is served by `pt`, `zh-TW` by `zh-Hant`.
pub(super) fn spellings(language: &Language) -> Vec<String> {
    let tag = language.as_str();
    let primary = language.primary();
    let mut all = vec![tag.to_owned()];
    match primary {
        "zh" => {
            let traditional = tag.split('-').skip(1).any(|part| matches!(part, "Hant" | "TW" | "HK" | "MO"));
            all.push(if traditional { "zh-Hant" } else { "zh-Hans" }.to_owned());
            if !traditional {
                all.push("zh".to_owned());
            }
        }
        "no" => all.extend(["no".to_owned(), "nb".to_owned()]),
        "nb" => all.push("no".to_owned()),
        _ => all.push(primary.to_owned()),
    }
    let mut seen = std::collections::HashSet::new();
    all.retain(|spelling| seen.insert(spelling.clone()));
    all
}

/// The part a file plays, by the names that Mozilla's models have.
pub(super) fn part_of(name: &str) -> Option<Part> {
    let binary = name.ends_with(".bin");
    let pieces = name.ends_with(".spm");
    Some(match name {
        _ if binary && name.starts_with("model") => Part::Model,
        _ if binary && name.starts_with("lex") => Part::Shortlist,
        _ if pieces && name.starts_with("srcvocab") => Part::SourceVocabulary,
        _ if pieces && name.starts_with("trgvocab") => Part::TargetVocabulary,
        _ if pieces && name.starts_with("vocab") => Part::Vocabulary,
        _ => return None,
    })
}

/// The pair of a model without a manifest, from `en-pt`, `enpt` or `enpt-1693087644` as the folder's name,
/// or from `model.enpt.intgemm.alphas.bin`.
fn guess_pair<'a>(folder: &Path, files: impl Iterator<Item = &'a str>) -> Option<(Language, Language)> {
    let folder = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let joined = |text: &str| {
        let ascii = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_lowercase());
        let (from, to) = text.split_at_checked(2).filter(|_| ascii)?;
        Some((Language::parse(from).ok()?, Language::parse(to).ok()?))
    };
    let parted = folder.split_once('-').and_then(|(from, to)| {
        let plausible =
            (2..=3).contains(&from.len()) && !to.starts_with(|first: char| first.is_ascii_digit());
        Some((Language::parse(from).ok()?, Language::parse(to).ok()?)).filter(|_| plausible)
    });
    parted
        .or_else(|| joined(folder.split('-').next().unwrap_or_default()))
        .or_else(|| files.flat_map(|name| name.split('.')).find_map(joined))
}

/// The manifest of a model folder; `None` where there is none that reads.
fn read_manifest(folder: &Path) -> Option<Manifest> {
    parse_manifest(&std::fs::read(folder.join(MANIFEST)).ok()?)
}

pub(super) fn parse_manifest(bytes: &[u8]) -> Option<Manifest> {
    serde_json::from_slice(bytes).ok()
}

/// The model's files where each is there with its size.
fn in_place(folder: &Path, manifest: &Manifest) -> Option<ModelFiles> {
    let sizes_fit = manifest.files.iter().all(|(name, facts)| {
        let plain = Path::new(name).file_name().is_some_and(|plain| plain == name.as_str());
        plain && std::fs::metadata(folder.join(name)).is_ok_and(|found| found.len() == facts.bytes)
    });
    let listed = |name: &String| manifest.files.contains_key(name);
    let named = [&manifest.model, &manifest.source_vocabulary, &manifest.target_vocabulary];
    if !sizes_fit || !named.into_iter().chain(&manifest.shortlist).all(listed) {
        return None;
    }
    Some(ModelFiles {
        installed: InstalledModel {
            from: manifest.from.clone(),
            to: manifest.to.clone(),
            name: manifest.name.clone(),
            bytes: manifest.files.values().map(|facts| facts.bytes).sum(),
            path: folder.to_owned(),
        },
        model: folder.join(&manifest.model),
        source_vocabulary: folder.join(&manifest.source_vocabulary),
        target_vocabulary: folder.join(&manifest.target_vocabulary),
        shortlist: manifest.shortlist.as_ref().map(|name| folder.join(name)),
    })
}

/// SHA-256 of `bytes`, in lower-case hex.
pub(super) fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn write_synced(path: &Path, bytes: &[u8]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(|error| Error::io(path, error))
}

#[expect(clippy::disallowed_methods, reason = "a whole model folder of the user's cache, not an output")]
fn rename(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::rename(from, to)
}

/// Gives a folder that is no whole model a hidden name, so that its place is free.
fn put_aside(folder: &Path) -> Result<()> {
    let parent = folder.parent().unwrap_or(folder);
    let temporary = tempfile::Builder::new()
        .prefix(TEMPORARY)
        .tempdir_in(parent)
        .map_err(|error| Error::io(parent, error))?;
    match rename(folder, &temporary.path().join("damaged")) {
        Ok(()) => {
            drop(temporary.keep());
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Error::io(folder, error)),
    }
}

#[expect(clippy::disallowed_methods, reason = "a temporary folder of a killed install, in the user's cache")]
fn remove_own_folder(folder: &Path) {
    // Another process may be doing the same: what is left stays for the next time.
    drop(std::fs::remove_dir_all(folder));
}
