use super::*;

fn unit(text: &str) -> Unit {
    Unit::line(text)
}

#[test]
fn placeholders_are_put_back_wherever_they_stand_in_the_answer() {
    let unit = unit("Write to a@b.org or see https://x.org/a_(b), now.");
    assert_eq!(unit.text, "Write to ⟦1⟧ or see ⟦2⟧, now.");
    assert_eq!(
        unit.restore("Veja ⟦2⟧ ou escreva a ⟦ 1 ⟧.").unwrap(),
        "Veja https://x.org/a_(b) ou escreva a a@b.org."
    );
    assert_eq!(unit.restore("Veja ⟦2⟧."), Err(RestoreError::Missing(1)));
    assert_eq!(unit.restore("⟦1⟧ ⟦2⟧ ⟦1⟧"), Err(RestoreError::Extra(1)));
    assert_eq!(unit.restore("⟦1⟧ ⟦2⟧ ⟦3⟧"), Err(RestoreError::Extra(3)));
    assert_eq!(unit.restore("⟦1⟧ ⟦2⟧ ⟦x⟧"), Err(RestoreError::Extra(0)));
    assert_eq!(plain(&unit), "Write to a@b.org or see https://x.org/a_(b), now.");
}

#[test]
fn a_placeholder_standing_in_the_source_is_text() {
    let unit = unit("The sign ⟦1⟧ and a lone ⟦ here");
    assert_eq!(unit.text, "The sign ⟦1⟧ and a lone ⟦2⟧ here");
    assert_eq!(unit.restore(&unit.text).unwrap(), "The sign ⟦1⟧ and a lone ⟦ here");
    assert_eq!(unit.restore("⟦2⟧ x ⟦1⟧").unwrap(), "⟦ x ⟦1⟧");
}

#[test]
fn line_ends_in_an_answer_become_spaces() {
    let unit = unit("one two");
    assert_eq!(unit.restore(" um \r\n\n dois\u{2028}três\n").unwrap(), "um dois três");
}
