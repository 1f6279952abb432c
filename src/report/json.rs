//! `report.json`: written as documents finish, into a spool, and put together at the end.
//!
//! The spool is a nameless file in the state folder, so that a killed run leaves nothing behind; in memory stays
//! the index only (a path and an offset a document). The report itself appears whole, by rename.
//!
//! Its shape: `schema`, `gloss` (the version that wrote it), `started`, `finished`, `engine`, `model`, `targets`,
//! `totals` ([`RunTotals`]), `skipped` ([`SkippedPath`], in the order found), `documents` ([`DocumentRecord`],
//! by path). Fields are added without a new schema number; a number changes when a field goes or changes meaning.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::event::{Event, SCHEMA};
use super::fold::{Fold, Settled};
use super::record::{DocumentRecord, RunTotals, SkippedPath};
use crate::document::slice;
use crate::error::{Error, Result};

/// The report's name in the state folder.
pub const NAME: &str = "report.json";

/// A report under way.
#[derive(Debug)]
pub struct ReportFile {
    folder: PathBuf,
    header: Header,
    documents: File,
    written: u64,
    index: Vec<Entry>,
    /// The paths of the index, one after the other: a run of many documents makes no small allocations that
    /// stay, which would keep the heap from being used again.
    paths: String,
    skipped: BufWriter<File>,
    skipped_count: u64,
}

#[derive(Debug, Clone, Default, Serialize)]
struct Header {
    schema: u32,
    gloss: String,
    started: String,
    finished: String,
    engine: String,
    model: String,
    targets: Vec<String>,
}

/// Where a document's record lies in the spool.
#[derive(Debug)]
struct Entry {
    path: Range<usize>,
    offset: u64,
    length: u32,
    troubled: bool,
}

/// What was written.
#[derive(Debug)]
pub struct Finished {
    pub totals: RunTotals,
    /// Some documents for the table: those to look at first, then by path.
    pub sample: Vec<DocumentRecord>,
}

impl ReportFile {
    /// Begins a report in `folder`, which exists.
    ///
    /// # Errors
    /// Where no spool can be made there.
    pub fn open(folder: &Path, started: jiff::Timestamp) -> Result<Self> {
        let spool = || tempfile::tempfile_in(folder).map_err(|source| Error::io(folder, source));
        Ok(Self {
            folder: folder.to_owned(),
            header: Header { schema: SCHEMA, started: format!("{started:.3}"), ..Header::default() },
            documents: spool()?,
            written: 0,
            index: Vec::new(),
            paths: String::new(),
            skipped: BufWriter::new(spool()?),
            skipped_count: 0,
        })
    }

    /// Takes what the run says of itself.
    pub fn describe(&mut self, event: &Event) {
        if let Event::RunStarted { version, targets, engine, model, .. } = event {
            self.header.gloss.clone_from(version);
            self.header.engine.clone_from(engine);
            self.header.model.clone_from(model);
            self.header.targets = targets.iter().map(ToString::to_string).collect();
        }
    }

    /// Takes what the fold settled.
    ///
    /// # Errors
    /// Where the spool does not take it.
    pub fn add(&mut self, settled: &Settled) -> Result<()> {
        match settled {
            Settled::Document(record) => self.add_document(record),
            Settled::Skipped(skipped) => self.add_skipped(skipped),
        }
        .map_err(|source| Error::io(&self.folder, source))
    }

    fn add_document(&mut self, record: &DocumentRecord) -> io::Result<()> {
        let json = serde_json::to_vec(record)?;
        let length = u32::try_from(json.len()).map_err(io::Error::other)?;
        self.documents.write_all(&json)?;
        let start = self.paths.len();
        self.paths.push_str(&record.path);
        let path = start..self.paths.len();
        self.index.push(Entry { path, offset: self.written, length, troubled: record.troubled() });
        self.written += u64::from(length);
        Ok(())
    }

    fn add_skipped(&mut self, skipped: &SkippedPath) -> io::Result<()> {
        if self.skipped_count > 0 {
            self.skipped.write_all(b",\n")?;
        }
        self.skipped_count += 1;
        serde_json::to_writer(&mut self.skipped, skipped)?;
        Ok(())
    }

    /// Ends the fold and puts the report in place. `sample` is how many documents are wanted for the table.
    ///
    /// # Errors
    /// Where the report cannot be written; an older one then still stands.
    pub fn finish(mut self, mut fold: Fold, finished: jiff::Timestamp, sample: usize) -> Result<Finished> {
        self.header.finished = format!("{finished:.3}");
        let path = |entry: &Entry| slice(&self.paths, entry.path.clone());
        self.index.sort_by(|left, right| path(left).cmp(path(right)));
        let twice = self.index.windows(2).filter_map(|pair| match pair {
            [first, second] if path(first) == path(second) => Some(format!("`{}` ended twice", path(first))),
            _ => None,
        });
        twice.for_each(|message| fold.contradiction(message));
        let totals = fold.finish();
        let path = self.folder.join(NAME);
        self.write(&totals, &path).map_err(|source| Error::io(&path, source))?;
        let sample = self.sample(sample).map_err(|source| Error::io(&self.folder, source))?;
        Ok(Finished { totals, sample })
    }

    fn write(&mut self, totals: &RunTotals, path: &Path) -> io::Result<()> {
        let file = readable(tempfile::Builder::new().prefix(".report-")).tempfile_in(&self.folder)?;
        let mut writer = BufWriter::new(file);
        // The header's closing brace is left off: the rest of the object follows.
        let header = serde_json::to_string(&self.header)?;
        writer.write_all(header.strip_suffix('}').unwrap_or(&header).as_bytes())?;
        writer.write_all(b",\n\"totals\":")?;
        serde_json::to_writer(&mut writer, totals)?;
        writer.write_all(b",\n\"skipped\":[\n")?;
        self.skipped.flush()?;
        let mut skipped = self.skipped.get_ref();
        skipped.seek(SeekFrom::Start(0))?;
        io::copy(&mut BufReader::new(skipped), &mut writer)?;
        writer.write_all(b"],\n\"documents\":[\n")?;
        for number in 0..self.index.len() {
            if number > 0 {
                writer.write_all(b",\n")?;
            }
            writer.write_all(&self.record(number)?)?;
        }
        writer.write_all(b"]}\n")?;
        let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        File::open(&self.folder)?.sync_all()
    }

    /// The bytes of a record, by its place in the sorted index.
    fn record(&mut self, number: usize) -> io::Result<Vec<u8>> {
        let Some(entry) = self.index.get(number) else { return Ok(Vec::new()) };
        let mut json = vec![0; entry.length as usize];
        self.documents.seek(SeekFrom::Start(entry.offset))?;
        self.documents.read_exact(&mut json)?;
        Ok(json)
    }

    fn sample(&mut self, most: usize) -> io::Result<Vec<DocumentRecord>> {
        let mut numbers: Vec<usize> = (0..self.index.len()).collect();
        numbers.sort_by_key(|number| self.index.get(*number).is_some_and(|entry| !entry.troubled));
        numbers.truncate(most);
        numbers.into_iter().map(|number| Ok(serde_json::from_slice(&self.record(number)?)?)).collect()
    }
}

/// The report is no secret: it gets the rights that any new file would, where temporary files get fewer.
#[cfg(unix)]
fn readable<'a, 'b>(builder: &'a mut tempfile::Builder<'b, 'b>) -> &'a mut tempfile::Builder<'b, 'b> {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn readable<'a, 'b>(builder: &'a mut tempfile::Builder<'b, 'b>) -> &'a mut tempfile::Builder<'b, 'b> {
    builder
}
