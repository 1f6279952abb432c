//! `finish`: the engine stopped because it was done. Anything else fails the whole reply, whatever its text
//! says: a reply that was cut is not told from one that is whole by looking at it.
//!
//! Source of the rule: BookForge (49 of 150 calls cut), post-processing of WMT systems. With a cut reply no
//! unit of it is kept, not even the first ones: asking for fewer units at once is cheaper than one lost sentence.

use super::{Finding, Severity};
use crate::engine::Finish;

pub(super) const ID: &str = "finish";

/// `None` where the engine was done; a hard finding otherwise.
pub fn finish(finish: &Finish) -> Option<Finding> {
    let message = match finish {
        Finish::Stop => return None,
        Finish::Length { reasoning: true } => {
            "the output limit was used up by reasoning before the answer: raise `--context-tokens`, or turn the model's \
             reasoning off"
                .to_owned()
        }
        Finish::Length { reasoning: false } => "the reply was cut at the output limit".to_owned(),
        Finish::Filtered => "the endpoint filtered or refused the reply".to_owned(),
        Finish::Other(reason) => {
            let reason: String = reason.chars().filter(|character| !character.is_control()).take(60).collect();
            if reason.trim().is_empty() {
                "the endpoint did not say why it stopped".to_owned()
            } else {
                format!("the endpoint stopped for the reason `{}`", reason.trim())
            }
        }
    };
    Some(Finding::new(ID, Severity::Hard, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_stop_passes() {
        assert_eq!(finish(&Finish::Stop), None);
        for other in [
            Finish::Length { reasoning: false },
            Finish::Length { reasoning: true },
            Finish::Filtered,
            Finish::Other("null".to_owned()),
            Finish::Other(String::new()),
            Finish::Other("stop".to_owned()),
        ] {
            assert_eq!(finish(&other).map(|finding| finding.severity), Some(Severity::Hard), "{other:?}");
        }
    }

    #[test]
    fn reasoning_that_used_the_budget_names_the_flag() {
        let finding = finish(&Finish::Length { reasoning: true }).unwrap();
        assert!(finding.message.contains("--context-tokens"));
    }
}
