use clap::CommandFactory;

use super::Cli;
use crate::settings::Key;

/// Help as a terminal of 90 columns shows it.
fn help(path: &[&str]) -> String {
    let mut command = Cli::command().term_width(90);
    command.build();
    let mut found = &mut command;
    for name in path {
        found = found.find_subcommand_mut(name).unwrap();
    }
    found.render_long_help().to_string()
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn help_reads_well() {
    insta::assert_snapshot!("help", help(&[]));
    insta::assert_snapshot!("help_run", help(&["run"]));
    insta::assert_snapshot!("help_review", help(&["review"]));
    insta::assert_snapshot!("help_check", help(&["check"]));
    insta::assert_snapshot!("help_models", help(&["models"]));
    insta::assert_snapshot!("help_models_pull", help(&["models", "pull"]));
    insta::assert_snapshot!("help_completions", help(&["completions"]));
}

#[test]
fn the_defaults_in_the_help_are_the_ones_that_hold() {
    let help = help(&["run"]).split_whitespace().collect::<Vec<_>>().join(" ");
    for key in
        Key::ALL.into_iter().filter(|key| !matches!(key, Key::Translation | Key::Review | Key::AllowHttp))
    {
        assert!(help.contains(&format!("{} <", key.flag())), "{key:?} has no flag");
        if let Some(default) = key.specification().default {
            let after = help.split(&format!("{} <", key.flag())).nth(1).unwrap();
            let own = after.split(" --").next().unwrap();
            assert!(own.contains(&format!("[default: {default}]")), "{key:?}: {own}");
        }
    }
}
