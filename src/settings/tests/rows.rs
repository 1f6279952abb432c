//! Engines in rows, and what belongs to one of them.

use super::*;

const NAMED: &str = "\
to = [\"pt\", \"ja\"]
translate = [\"deepl\", \"local\"]
summarize = [\"gpt\", \"local\"]
total-timeout = \"90s\"
[translate-to]
ja = [\"gpt\"]
[engines.gpt]
url = \"https://api.example.org/v1\"
model = \"big\"
key-env = \"GPT_KEY\"
price-in = 0.4
idle-timeout = \"7s\"
[engines.deepl]
price-characters = 25
";

#[test]
fn each_job_has_its_row_of_engines() {
    let given = Given { environment: vec![("GPT_KEY", "k")], file: Some(NAMED), ..Given::default() };
    let resolved = given.resolve().unwrap();
    assert_eq!(
        resolved.engine_reason,
        "translate: deepl → local · into ja: gpt · summarize: gpt → local (chosen by gloss.toml:2)"
    );
    let run = resolved.run;
    let names: Vec<&str> = run.engines.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["deepl", "local", "gpt"]);
    let rows = Rows {
        translate: vec![0, 1],
        translate_to: BTreeMap::from([(Language::parse("ja").unwrap(), vec![2])]),
        summarize: vec![2, 1],
    };
    assert_eq!(run.rows, rows);
    assert_eq!(run.engines[0].prices, Prices { characters: Some(25.0), ..Prices::default() });
    let EngineSettings::Chat(gpt) = &run.engines[2].settings else { panic!("{:?}", run.engines[2]) };
    assert_eq!((gpt.model.as_str(), gpt.connection.key.variable.as_str()), ("big", "GPT_KEY"));
    // Its own table counts before the rest of the file, and what it leaves out is taken from there.
    assert_eq!((gpt.connection.idle_seconds, gpt.connection.total_seconds), (7, 90));
    let EngineSettings::DeepL(deepl) = &run.engines[0].settings else { panic!("{:?}", run.engines[0]) };
    assert_eq!(
        (deepl.connection.url.as_str(), deepl.connection.key.variable.as_str()),
        ("", "DEEPL_API_KEY")
    );
}

#[test]
fn an_address_and_a_key_belong_to_one_engine_alone() {
    let connection = |run: &RunSettings, name: &str| {
        let entry = run.engines.iter().find(|entry| entry.name == name).unwrap();
        match &entry.settings {
            EngineSettings::Chat(chat) => chat.connection.clone(),
            EngineSettings::DeepL(deepl) => deepl.connection.clone(),
            EngineSettings::LibreTranslate(service) => service.connection.clone(),
            other => panic!("{other:?}"),
        }
    };
    let environment = vec![("OPENAI_BASE_URL", "http://chat/v1"), ("CHAT_KEY", "k"), ("GLOSS_MODEL", "m")];
    // The chat endpoint of the file and of the environment is not where DeepL is.
    let file = Some("url = \"http://file/v1\"\nkey-env = \"CHAT_KEY\"\nmodel = \"m\"");
    let deepl = Given { environment: environment.clone(), file, ..arguments("--to pt --engine deepl") };
    let deepl = connection(&deepl.resolve().unwrap().run, "deepl");
    assert_eq!((deepl.url.as_str(), deepl.key.variable.as_str()), ("", "DEEPL_API_KEY"));
    // Both in one row: each has its own.
    let both = Given { environment, file, ..arguments("--to pt --engine chat,libretranslate") };
    let run = both.resolve().unwrap().run;
    assert_eq!(connection(&run, "chat").url, "http://chat/v1");
    let libre = connection(&run, "libretranslate");
    assert_eq!(
        (libre.url.as_str(), libre.key.variable.as_str()),
        ("http://127.0.0.1:5000", "LIBRETRANSLATE_API_KEY")
    );
    // A flag is for the engine that is named with it.
    let typed = arguments("--to pt --engine libretranslate,local --url http://typed:5000/");
    assert_eq!(connection(&typed.resolve().unwrap().run, "libretranslate").url, "http://typed:5000");
}

#[test]
fn rows_that_cannot_be_are_refused_with_a_hint() {
    let mut said = String::new();
    for (typed, file) in [
        ("--to pt --engine depl", ""),
        ("--to pt", "translate = [\"gtp\"]\n[engines.gpt]\nurl = \"http://h\"\nmodel = \"m\""),
        ("--to pt", "summarize = [\"deepl\"]"),
        ("--to pt --engine x", "[engines.x]\nkind = \"gpu\""),
        ("--to pt --engine x", "[engines.x]\nurl = \"http://h\""),
        ("--to pt", "[engines.x]\nmodell = \"m\""),
        ("--to pt", "[engines.x]\nto = \"pt\""),
        ("--to pt", "engines = 3"),
        ("--to pt", "[translate-to]\nxx-y-z = [\"local\"]"),
        ("--to pt --url http://127.0.0.1:1 --model m --price-in 1 --max-cost 3", ""),
        ("--to pt --engine deepl --price-in 1 --max-cost 3", ""),
        ("--to pt --engine deepl --max-tokens 3000", ""),
        ("--to pt --engine deepl --formality rude", ""),
        ("--to pt --formality more", ""),
    ] {
        let error = Given { file: Some(file), ..arguments(typed) }.error();
        said.push_str(&format!("{file}\n$ gloss run articles {typed}\n{error}\n\n"));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn what_is_typed_overrules_the_rows_of_a_file() {
    let cases = [
        ("--engine local", "engine local: chosen by flag --engine"),
        (
            "--url http://typed:1 --model m",
            "engine chat: model m at http://typed:1/v1 (an endpoint is given by flag --url)",
        ),
        ("--translate local", "translate: local · summarize: gpt → local (chosen by flag --translate)"),
        (
            "--engine gpt",
            "engine gpt (chat): model big at https://api.example.org/v1 (chosen by flag --engine)",
        ),
    ];
    for (typed, reason) in cases {
        let given = Given { environment: vec![("GPT_KEY", "k")], file: Some(NAMED), ..arguments(typed) };
        assert_eq!(given.resolve().unwrap().engine_reason, reason, "{typed}");
    }
}
