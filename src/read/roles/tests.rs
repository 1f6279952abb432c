use super::*;
use crate::read::{markdown, text};

fn assigned(source: &str, tag: &str) -> Vec<(Role, String)> {
    with(source, tag, &FolderEvidence::default())
}

fn with(source: &str, tag: &str, evidence: &FolderEvidence) -> Vec<(Role, String)> {
    let mut blocks = text::parse(source);
    assign(&mut blocks, source, &Language::parse(tag).unwrap(), evidence);
    blocks
        .iter()
        .filter(|block| block.unit.is_some())
        .map(|block| (block.role, slice(source, block.content.clone()).to_owned()))
        .collect()
}

const BODY: &str = "The council approved fifteen documents during its long meeting in the old town hall.\n\n\
    A spokesman said that the members would meet again in spring to see what had been done.\n";

fn count(roles: &[(Role, String)], role: Role) -> usize {
    roles.iter().filter(|(found, _)| *found == role).count()
}

#[test]
fn furniture_stands_at_the_edges_and_the_title_by_the_date() {
    let source = format!(
        "Projects\nPolitics\nAll news\n3 December 2020, 09:19\n\nCouncil approves fifteen documents\n\n{BODY}\nSubscribe to us\nTwitter\nNew bridge opens in the north\n"
    );
    let roles = assigned(&source, "en");
    assert_eq!(
        roles.iter().find(|(role, _)| *role == Role::Title).unwrap().1,
        "Council approves fifteen documents"
    );
    assert_eq!(
        (count(&roles, Role::Body), count(&roles, Role::Dateline), count(&roles, Role::Boilerplate)),
        (2, 1, 6)
    );
}

#[test]
fn a_clean_article_has_no_furniture() {
    let source = format!("Council approves fifteen documents\n\n{BODY}\nNothing more was said\n");
    let roles = assigned(&source, "en");
    assert_eq!((count(&roles, Role::Title), count(&roles, Role::Body)), (1, 3));
}

#[test]
fn prose_that_speaks_of_furniture_is_body() {
    let source = format!(
        "Paper loses readers\n\n{BODY}\nHome prices rose.\n\nSubscribe, she said, or we close.\n\nPoems\n\nRoses are red\n"
    );
    assert_eq!(count(&assigned(&source, "en"), Role::Boilerplate), 0);
}

#[test]
fn what_the_folder_repeats_at_its_edges_is_furniture() {
    let file = |title: &str| format!("The Daily Kettle\n\n{title}\n\n{BODY}\nKettle Media Group\n");
    let files = [
        file("Bridge opens at last in town"),
        file("Mayor leaves office this week"),
        file("Rain falls on the whole valley"),
    ];
    let evidence = FolderEvidence::of(files.iter().map(|text| edge_lines(text)));
    let roles = with(&files[0], "en", &evidence);
    assert_eq!(roles[0].0, Role::Boilerplate);
    assert_eq!(roles[1].0, Role::Title);
    assert_eq!(roles.last().unwrap().0, Role::Boilerplate);
    assert_eq!(count(&assigned(&files[0], "en"), Role::Title), 1);
}

#[test]
fn markdown_headings_are_title_and_body() {
    let source = format!("# Council approves\n\n{BODY}\n## Menu\n\n```\ncode\n```\n\n{BODY}");
    let mut blocks = markdown::parse(&source);
    assign(&mut blocks, &source, &Language::parse("en").unwrap(), &FolderEvidence::default());
    let roles: Vec<Role> =
        blocks.iter().filter(|block| block.kind != BlockKind::Markup).map(|block| block.role).collect();
    use Role::{Body, Title, Verbatim};
    assert_eq!(roles, [Title, Body, Body, Body, Verbatim, Body, Body]);
}

#[test]
fn short_and_empty_documents_keep_their_text() {
    for source in ["", "\n\n", "One line only", "Subscription prices rise\n"] {
        assert_eq!(count(&assigned(source, "en"), Role::Boilerplate), 0, "{source}");
    }
}
