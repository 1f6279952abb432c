//! Which correction counts for a unit.
//!
//! In the same context first, then made at the same source, then the newest: a text that is moved, within a file or
//! into another, takes its correction along. Must not read the memory; it is handed what is there.

use super::place::Place;
use crate::check::Finding;
use crate::memory::{Correction, CorrectionKind};

/// The engine that reports name for a person's answers.
pub const HUMAN: &str = "human";

/// What people's work has for a unit.
#[derive(Debug, Clone, PartialEq)]
pub enum Choice<'a> {
    /// Nothing, or it was taken back here.
    Nothing,
    /// This counts; with `true` it is put in as the person typed it ([`Correction::raw`]).
    Counts(&'a Correction, bool),
    /// There is one, and it cannot be put in this place.
    Misfit(&'a Correction, Finding),
}

/// Chooses among the corrections of one text (`all`, the newest first) for a unit at `place` in the source at `path`.
/// `fits` says of a canonical answer why it cannot be put there, if it cannot.
pub fn choose<'a>(
    all: &'a [Correction],
    place: &Place,
    path: &str,
    fits: impl Fn(&str) -> Option<Finding>,
) -> Choice<'a> {
    let here = |correction: &Correction| (correction.before, correction.after) == (place.before, place.after);
    let exact = all.iter().find(|correction| here(correction));
    if exact.is_some_and(|correction| correction.kind == CorrectionKind::Withdrawal) {
        return Choice::Nothing;
    }
    let others = |same_path: bool| {
        all.iter().filter(move |correction| {
            correction.kind != CorrectionKind::Withdrawal
                && !here(correction)
                && (correction.path == path) == same_path
        })
    };
    let mut misfit = None;
    for correction in exact.into_iter().chain(others(true)).chain(others(false)) {
        if correction.raw.is_some() && correction.shape.is_some() && correction.shape == place.shape {
            return Choice::Counts(correction, true);
        }
        match fits(&correction.answer) {
            None => return Choice::Counts(correction, false),
            Some(finding) => misfit = misfit.or(Some((correction, finding))),
        }
    }
    misfit.map_or(Choice::Nothing, |(correction, finding)| Choice::Misfit(correction, finding))
}

/// The correction whose [`Correction::machine`] stands again for a unit at `place` when `chosen`, which counts there, is
/// taken back: its own, or where it has none that of another of `all`, those of the same context first. None where no
/// machine's answer is known, or the one that is does not fit.
pub fn machine<'a>(
    all: &'a [Correction],
    chosen: &'a Correction,
    place: &Place,
    fits: impl Fn(&str) -> Option<Finding>,
) -> Option<&'a Correction> {
    let found = Some(chosen).filter(|one| one.machine.is_some()).or_else(|| machine_of(all, place));
    found.filter(|one| one.machine.as_deref().is_some_and(|answer| fits(answer).is_none()))
}

/// The correction that has the machine's answer for a unit at `place` for which none counts.
pub fn machine_of<'a>(all: &'a [Correction], place: &Place) -> Option<&'a Correction> {
    let here = |one: &&Correction| (one.before, one.after) == (place.before, place.after);
    let had = |one: &&Correction| one.machine.is_some();
    all.iter().find(|one| here(one) && had(one)).or(all.iter().find(had))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Severity;
    use crate::document::BlockId;
    use crate::language::Language;
    use crate::memory::{How, text_hash};

    fn correction(answer: &str, path: &str, before: Option<&str>) -> Correction {
        Correction {
            from: Language::parse("en").unwrap(),
            to: Language::parse("pt").unwrap(),
            source: "Text.".to_owned(),
            before: before.map(text_hash),
            after: None,
            shape: Some(text_hash("Text.")),
            path: path.to_owned(),
            block: BlockId(0),
            kind: CorrectionKind::Edit,
            answer: answer.to_owned(),
            raw: None,
            machine: None,
            machine_engine: None,
            how: How::Page,
            created_ms: 0,
        }
    }

    fn chosen(all: &[Correction], before: Option<&str>, path: &str) -> String {
        let place = Place { before: before.map(text_hash), after: None, shape: Some(text_hash("Text.")) };
        let fits = |answer: &str| {
            answer.contains("misfit").then(|| Finding::new("markup", Severity::Hard, "does not fit"))
        };
        match choose(all, &place, path, fits) {
            Choice::Nothing => "nothing".to_owned(),
            Choice::Counts(correction, raw) => {
                format!("{}{}", correction.answer, if raw { " raw" } else { "" })
            }
            Choice::Misfit(correction, _) => format!("misfit {}", correction.answer),
        }
    }

    #[test]
    fn context_counts_before_path_and_path_before_age() {
        let all = [
            correction("newest", "b.txt", Some("x")),
            correction("path", "a.txt", Some("y")),
            correction("context", "b.txt", Some("here")),
        ];
        assert_eq!(chosen(&all, Some("here"), "a.txt"), "context");
        assert_eq!(chosen(&all[..2], Some("here"), "a.txt"), "path");
        assert_eq!(chosen(&all, Some("elsewhere"), "c.txt"), "newest");
        assert_eq!(chosen(&[], None, "c.txt"), "nothing");
    }

    #[test]
    fn what_is_taken_back_is_taken_back_here_alone() {
        let withdrawn =
            Correction { kind: CorrectionKind::Withdrawal, ..correction("", "a.txt", Some("here")) };
        let all = [withdrawn, correction("other", "a.txt", Some("there"))];
        assert_eq!(chosen(&all, Some("here"), "a.txt"), "nothing");
        assert_eq!(chosen(&all, Some("there"), "a.txt"), "other");
        assert_eq!(chosen(&all, Some("moved"), "a.txt"), "other");
        assert_eq!(chosen(&all[..1], Some("moved"), "a.txt"), "nothing");
    }

    #[test]
    fn a_machine_s_answer_is_found_where_it_is_kept() {
        let with = |answer: &str, before, machine: Option<&str>| Correction {
            machine: machine.map(str::to_owned),
            ..correction(answer, "a.txt", before)
        };
        let found = |all: &[Correction]| {
            let place = Place { before: Some(text_hash("here")), after: None, shape: None };
            let fits = |answer: &str| {
                answer.contains("misfit").then(|| Finding::new("markup", Severity::Hard, "does not fit"))
            };
            machine(all, &all[0], &place, fits).and_then(|one| one.machine.clone()).unwrap_or_default()
        };
        let (own, here, there) = (
            with("a", Some("x"), Some("own")),
            with("b", Some("here"), Some("here")),
            with("c", Some("y"), Some("there")),
        );
        let bare = with("a", Some("here"), None);
        assert_eq!(found(&[own, there.clone(), here.clone()]), "own");
        assert_eq!(found(&[with("a", Some("x"), None), there.clone(), here]), "here");
        assert_eq!(found(&[bare.clone(), there]), "there");
        assert_eq!(found(&[bare.clone(), with("b", None, Some("misfit"))]), "");
        assert_eq!(found(&[bare]), "");
    }

    #[test]
    fn typed_bytes_count_where_the_source_has_the_same_bytes() {
        let raw = |shape: &str| Correction {
            raw: Some("raw".to_owned()),
            shape: Some(text_hash(shape)),
            ..correction("misfit", "a.txt", None)
        };
        assert_eq!(chosen(&[raw("Text.")], None, "a.txt"), "misfit raw");
        assert_eq!(chosen(&[raw("*Text.*")], None, "a.txt"), "misfit misfit");
        assert_eq!(chosen(&[raw("*Text.*"), correction("good", "z.txt", Some("z"))], None, "a.txt"), "good");
    }
}
