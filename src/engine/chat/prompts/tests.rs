use super::*;

fn folder(file: &str, text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test's own file")]
    std::fs::write(folder.path().join(file), text).unwrap();
    folder
}

fn refused(file: &str, text: &str) -> String {
    let folder = folder(file, text);
    let error = Prompts::load(Some(folder.path())).unwrap_err();
    let message = error.to_string();
    assert!(message.contains(file), "{message}");
    format!("{message} hint: {}", error.hint().unwrap_or_default())
}

const SOUND: &str =
    "{% block system %}{% endblock %}\n{% block user %}Into {{ to }}: {{ text }}{% endblock %}";

#[test]
fn the_embedded_prompts_are_sound_and_say_what_they_are_given() {
    let prompts = Prompts::load(None).unwrap();
    let values = [
        ("form", Value::from("tags")),
        ("units", Value::from("<u id=\"1\">{{ not a variable }} & “so”</u>")),
        ("from", Value::from("English")),
        ("to", Value::from("Spanish")),
    ];
    let rendered = prompts.render(Prompt::Translate, &values).unwrap();
    assert!(rendered.system.contains("from English into Spanish"));
    assert!(rendered.user.ends_with("<u id=\"1\">{{ not a variable }} & “so”</u>"), "{}", rendered.user);
    assert!(!rendered.user.contains("Headline"));
    let with_title: Vec<_> = values.iter().cloned().chain([("title", Value::from("Rain"))]).collect();
    let rendered = prompts.render(Prompt::Translate, &with_title).unwrap();
    assert!(rendered.user.contains("do not translate it"));
    assert!(rendered.user.contains("Headline: Rain"));
    assert!(!rendered.user.contains("Terms"));
    let with_terms: Vec<_> =
        values.iter().cloned().chain([("terms", Value::from("mill = molino"))]).collect();
    let user = prompts.render(Prompt::Translate, &with_terms).unwrap().user;
    assert!(user.contains("inflected as each sentence requires:\nmill = molino\n\nTranslate"), "{user}");
}

#[test]
fn a_prompt_of_the_user_s_need_not_speak_of_terms() {
    let embedded = Prompts::load(None).unwrap();
    assert!(embedded.takes_terms(Prompt::Translate) && embedded.takes_terms(Prompt::TranslatePlain));
    assert!(!embedded.takes_terms(Prompt::Summarize));
    let folder = folder("translate_plain.j2", SOUND);
    assert!(!Prompts::load(Some(folder.path())).unwrap().takes_terms(Prompt::TranslatePlain));
}

#[test]
fn the_article_stands_between_two_fences() {
    let prompts = Prompts::load(None).unwrap();
    for prompt in [Prompt::TranslatePlain, Prompt::Summarize, Prompt::SummarizePart, Prompt::SummarizeMerge] {
        let values = [
            ("text", Value::from("TEXT")),
            ("article", Value::from("TEXT")),
            ("fence", Value::from("=F=")),
            ("to", Value::from("X")),
            ("from", Value::from("Y")),
            ("language", Value::from("X")),
            ("words", Value::from(9)),
            ("part", Value::from(1)),
            ("parts", Value::from(2)),
        ];
        let user = prompts.render(prompt, &values).unwrap().user;
        assert!(user.ends_with("=F=\nTEXT\n=F="), "{prompt:?}: {user}");
    }
}

#[test]
fn a_users_prompt_takes_the_place_of_ours_and_changes_the_identity_of_its_use_only() {
    let ours = Prompts::load(None).unwrap();
    let folder = folder("translate_plain.j2", SOUND);
    let theirs = Prompts::load(Some(folder.path())).unwrap();
    let rendered = theirs
        .render(Prompt::TranslatePlain, &[("to", Value::from("Spanish")), ("text", Value::from("Hi"))])
        .unwrap();
    assert_eq!(rendered, Rendered { system: String::new(), user: "Into Spanish: Hi".to_owned() });
    assert_ne!(ours.identity(&[Prompt::TranslatePlain]), theirs.identity(&[Prompt::TranslatePlain]));
    assert_eq!(ours.identity(&[Prompt::Summarize]), theirs.identity(&[Prompt::Summarize]));
}

#[test]
fn an_unsound_prompt_is_refused_with_its_line() {
    let syntax = refused("translate_plain.j2", "{% block system %}\n{{ to }\n");
    assert!(syntax.contains("line 2"), "{syntax}");
    let unknown = SOUND.replace("{{ text }}", "{{ text }}\n{% if tone %}x{% endif %}");
    let unknown = refused("translate_plain.j2", &unknown);
    assert!(unknown.contains("line 3: unknown variable `tone`"), "{unknown}");
    assert!(unknown.contains("`title`"), "the known ones are named: {unknown}");
    let missing = refused("translate_plain.j2", &SOUND.replace("{{ text }}", ""));
    assert!(missing.contains("line 2: the prompt never uses `text`"), "{missing}");
    let block = refused("translate_plain.j2", "Into {{ to }}: {{ text }}");
    assert!(block.contains("no block `system`"), "{block}");
    let filter = refused("translate_plain.j2", &SOUND.replace("{{ text }}", "{{ text|louder }}"));
    assert!(filter.contains("line 2") && filter.contains("louder"), "{filter}");
}

#[test]
fn a_file_that_is_no_prompt_is_refused_by_naming_those_there_are() {
    let message = refused("translate.txt", SOUND);
    assert!(message.contains("`translate.j2`") && message.contains("`summarize_merge.j2`"), "{message}");
}
