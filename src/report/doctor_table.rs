//! What `gloss doctor` prints: a line a check, what to mend below it.

use std::time::Duration;

use unicode_width::UnicodeWidthStr;

use super::lines::one_line;
use super::printable::printable;
use crate::doctor::{Check, Diagnosis, Outcome};

/// The diagnosis as text. Words say how a check came out; nothing depends on colour.
pub fn render(diagnosis: &Diagnosis) -> String {
    let width = diagnosis.checks().map(|check| check.name.width()).max().unwrap_or_default();
    let mut text = String::new();
    for engine in &diagnosis.engines {
        text.push_str(&format!("{}: {}\n", printable(&engine.name), printable(&engine.what)));
        for check in &engine.checks {
            text.push_str(&line(check, width));
        }
        text.push('\n');
    }
    let count = diagnosis.checks().count();
    text.push_str(&match diagnosis.failures() {
        0 => "nothing to mend".to_owned(),
        failures => format!("{failures} of {count} checks failed"),
    });
    text.push('\n');
    text
}

fn line(check: &Check, width: usize) -> String {
    let word = match check.outcome {
        Outcome::Good => "ok",
        Outcome::Failed => "FAIL",
        Outcome::Untold => "-",
    };
    let pad = width - check.name.width();
    let mut line = format!("  {word:<4}  {}{:pad$}  {}", check.name, "", one_line(&check.detail));
    if let Some(took) = check.took {
        line.push_str(&format!(" ({})", seconds(took)));
    }
    line.push('\n');
    if let Some(hint) = &check.hint {
        let indent = 2 + 4 + 2 + width + 2;
        line.push_str(&format!("{:indent$}hint: {}\n", "", printable(hint)));
    }
    line
}

fn seconds(took: Duration) -> String {
    match took.as_millis() {
        milliseconds @ 0..1_000 => format!("{milliseconds} ms"),
        _ => format!("{:.1} s", took.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::EngineDiagnosis;

    #[test]
    fn a_diagnosis_reads_well_and_prints_no_control_characters() {
        let check = |name: &str, outcome, detail: &str, hint: Option<&str>, took: Option<u64>| Check {
            name: name.to_owned(),
            outcome,
            detail: detail.to_owned(),
            hint: hint.map(str::to_owned),
            took: took.map(Duration::from_millis),
        };
        let (good, failed, untold) = (Outcome::Good, Outcome::Failed, Outcome::Untold);
        let gpt = vec![
            check("key", good, "from `OPENAI_API_KEY`, accepted", None, None),
            check("reachable", good, "it answers", None, Some(212)),
            check("model", untold, "the endpoint does not list its models", None, None),
            check("en-pt", good, "A câmara reuniu-se \u{1b}[31mna segunda-feira.", None, Some(1_240)),
        ];
        let local = vec![
            check("models", good, "one in /home/ann/.cache/gloss/models", None, None),
            check(
                "en-pt",
                failed,
                "its model is not on this machine",
                Some("`gloss models pull en-pt` (a run does so by itself, where it may use the network)"),
                None,
            ),
        ];
        let engine = |name: &str, what: &str, checks| EngineDiagnosis {
            name: name.to_owned(),
            what: what.to_owned(),
            checks,
        };
        let diagnosis = Diagnosis {
            engines: vec![
                engine("gpt", "chat at https://api.openai.com/v1, model gpt-4.1-mini", gpt),
                engine("local", "the embedded engine", local),
            ],
        };
        insta::assert_snapshot!("doctor", render(&diagnosis));
        let sound = Diagnosis { engines: diagnosis.engines.into_iter().take(1).collect() };
        assert!(render(&sound).ends_with("\nnothing to mend\n"));
        let json = serde_json::to_value(&sound).unwrap();
        let last = &json["engines"][0]["checks"][3];
        assert_eq!((&last["outcome"], &last["milliseconds"]), (&"good".into(), &1_240.into()), "{json}");
    }
}
