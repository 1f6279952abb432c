mod rows;

use std::ffi::OsString;
use std::path::Path;

use clap::Parser;

use super::*;
use crate::cli::{Cli, Command};
use crate::error::Result;
use crate::settings::show::{Shown, show};

/// What is typed, set and written for one test.
#[derive(Default)]
struct Given<'a> {
    arguments: Vec<&'a str>,
    environment: Vec<(&'a str, &'a str)>,
    file: Option<&'a str>,
}

impl Given<'_> {
    fn with<T>(&self, then: impl FnOnce(&Flags, &dyn Fn(&str) -> Option<OsString>, &Path) -> T) -> T {
        let folder = tempfile::tempdir().unwrap();
        if let Some(text) = self.file {
            let mut file = std::fs::File::create_new(folder.path().join("gloss.toml")).unwrap();
            std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
        }
        let typed = ["gloss", "run", "articles"].into_iter().chain(self.arguments.iter().copied());
        let Command::Run(arguments) = Cli::try_parse_from(typed).unwrap().command else { unreachable!() };
        let variable = |name: &str| {
            self.environment.iter().find(|(known, _)| *known == name).map(|(_, value)| OsString::from(value))
        };
        then(&arguments.into_flags(), &variable, folder.path())
    }

    fn resolve(&self) -> Result<Resolved> {
        self.with(|flags, variable, folder| resolve(flags, variable, folder))
    }

    fn show(&self) -> Shown {
        self.with(|flags, variable, folder| show(flags, variable, folder)).unwrap()
    }

    fn error(&self) -> String {
        crate::report::printer::error_text(&self.resolve().unwrap_err())
    }
}

/// The settings of a run's one engine.
fn only(run: &RunSettings) -> &EngineSettings {
    let [entry] = run.engines.as_slice() else { panic!("{:?}", run.engines) };
    &entry.settings
}

fn arguments<'a>(text: &'a str) -> Given<'a> {
    Given { arguments: text.split_whitespace().collect(), ..Given::default() }
}

/// Three values for each key, none the default, all of them good; the third as TOML.
fn samples(key: Key) -> [&'static str; 3] {
    match key {
        Key::Engine => ["chat", "chat", "[\"chat\"]"],
        Key::Translate | Key::Summarize => ["local", "chat", "[\"local\"]"],
        Key::To => ["pt", "es", "[\"de\"]"],
        Key::From => ["en", "fr", "\"it\""],
        Key::Out | Key::Prompts | Key::ModelsDir | Key::KeyFile | Key::CaFile | Key::Glossary => {
            ["one", "two", "\"three\""]
        }
        Key::Include | Key::Exclude => ["a/*", "b/*", "[\"c/*\"]"],
        Key::Boilerplate => ["drop", "drop", "\"drop\""],
        Key::Translation | Key::Review => ["false", "false", "false"],
        Key::AllowHttp => ["true", "true", "true"],
        Key::Dialect => ["azure", "azure", "\"azure\""],
        Key::Formality => ["more", "less", "\"default\""],
        Key::Summary => ["short", "long", "\"80 words\""],
        Key::Url | Key::ModelsUrl => ["http://one/v1", "http://two/v1", "\"http://three/v1\""],
        Key::Model | Key::KeyEnv | Key::GlossaryId => ["ONE", "TWO", "\"THREE\""],
        Key::MaxFileSize => ["1MB", "2MB", "3_000_000"],
        Key::Temperature => ["0.1", "0.2", "0.3"],
        _ => ["301", "302", "303"],
    }
}

#[test]
fn each_value_comes_from_the_highest_source_that_has_it() {
    for key in Key::ALL {
        let [flag_value, environment_value, file_value] = samples(key);
        let variable = key.environment().remove(0);
        let file = format!("\n{} = {file_value}\n", key.name());
        let mut given =
            Given { arguments: vec![], environment: vec![(&variable, environment_value)], file: Some(&file) };
        let flag = key.flag();
        given.arguments = if matches!(key, Key::Translation | Key::Review | Key::AllowHttp) {
            vec![&flag]
        } else {
            vec![&flag, flag_value]
        };
        let found = |given: &Given<'_>| {
            let line = given.show().settings.into_iter().find(|line| line.name == key.name()).unwrap();
            (line.value, line.origin)
        };
        assert_eq!(found(&given), (flag_value.to_owned(), format!("flag {flag}")));
        given.arguments.clear();
        assert_eq!(found(&given), (environment_value.to_owned(), format!("env {variable}")));
        given.environment.clear();
        let written = file_value.trim_matches(['[', ']']).replace(['"', '_'], "");
        assert_eq!(found(&given), (written, "gloss.toml:2".to_owned()));
        given.file = None;
        let default = key.specification().default;
        let default = default.map_or(format!("({})", key.specification().unset), str::to_owned);
        assert_eq!(found(&given), (default, "default".to_owned()));
    }
}

#[test]
fn every_flag_reaches_its_field() {
    let given = Given {
        arguments: "--to pt,es --to pt-br --from en --out o --include *.md --exclude x* --boilerplate drop \
            --summary 10% --url http://h:8080 --model m --key-env KEY --prompts p --context-tokens 4096 \
            --chunk-tokens 900 --concurrency 7 --max-file-size 2MiB --temperature 0.5 --connect-timeout 3 \
            --dialect openai --first-byte-timeout 4m --allow-http --ca-file ca.pem --key-file k \
            --idle-timeout 20s --total-timeout 2m --price-in 0.15 --price-out 0.6 --price-characters 20 \
            --requests-per-minute 60 --tokens-per-minute 90000 --patience 5m --max-cost 1.5 --max-tokens 1000000 \
            --max-requests 500 --retry failed --dry-run --force"
            .split_whitespace()
            .collect(),
        environment: vec![("KEY", "secret")],
        file: None,
    };
    let resolved = given.resolve().unwrap();
    assert_eq!(
        resolved.engine_reason,
        "engine chat: model m at http://h:8080/v1 (an endpoint is given by flag --url)"
    );
    let languages = ["pt", "es", "pt-BR"].map(|tag| Language::parse(tag).unwrap());
    assert_eq!(
        resolved.run,
        RunSettings {
            inputs: vec!["articles".into()],
            targets: languages.to_vec(),
            from: Some(Language::parse("en").unwrap()),
            out: Some("o".into()),
            include: vec!["*.md".to_owned()],
            exclude: vec!["x*".to_owned()],
            glossary: Vec::new(),
            boilerplate: Boilerplate::Drop,
            translate: true,
            summary: Some(SummaryLength::Percent(10)),
            review: true,
            dry_run: true,
            force: true,
            retry: Some(Retry::Failed),
            engines: vec![EngineEntry {
                name: "chat".to_owned(),
                settings: EngineSettings::Chat(ChatSettings {
                    connection: Connection {
                        url: "http://h:8080/v1".to_owned(),
                        key: KeySource { variable: "KEY".to_owned(), file: Some("k".into()) },
                        connect_seconds: 3,
                        first_byte_seconds: Some(240),
                        idle_seconds: 20,
                        total_seconds: 120,
                        allow_http: true,
                        ca_file: Some("ca.pem".into()),
                    },
                    dialect: Some(Dialect::OpenAi),
                    model: "m".to_owned(),
                    prompts_dir: Some("p".into()),
                    context_tokens: 4096,
                    temperature: 0.5,
                }),
                concurrency: Some(7),
                chunk_tokens: Some(900),
                requests_per_minute: Some(60),
                tokens_per_minute: Some(90_000),
                patience_seconds: 300,
                prices: Prices { tokens_in: Some(0.15), tokens_out: Some(0.6), characters: Some(20.0) },
            }],
            rows: Rows { translate: vec![0], translate_to: BTreeMap::new(), summarize: vec![0] },
            caps: Caps { cost: Some(1.5), tokens: Some(1_000_000), requests: Some(500) },
            max_file_bytes: 2 << 20,
        }
    );
}

#[test]
fn with_nothing_configured_the_engine_is_local() {
    let run = arguments("--to pt").resolve().unwrap().run;
    assert_eq!(only(&run), &EngineSettings::Local(LocalSettings::default()));
    assert_eq!((run.boilerplate, run.summary), (Boilerplate::Keep, Some(SummaryLength::Medium)));
    let models = Given {
        environment: vec![("GLOSS_MODELS_DIR", "d"), ("GLOSS_MODELS_URL", "http://mirror/x/")],
        ..arguments("--to pt --threads 3")
    };
    let local = LocalSettings {
        models_dir: Some("d".into()),
        models_url: Some("http://mirror/x".to_owned()),
        threads: Some(3),
    };
    assert_eq!(only(&models.resolve().unwrap().run), &EngineSettings::Local(local));
}

#[test]
fn the_engine_is_chosen_by_whoever_counts_most() {
    let openai = ("OPENAI_BASE_URL", "http://host/v1");
    let model = ("GLOSS_MODEL", "m");
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], Option<&'a str>, &'a str);
    let cases: [Case<'_>; 7] = [
        (
            "",
            &[openai, model],
            None,
            "engine chat: model m at http://host/v1 (an endpoint is given by env OPENAI_BASE_URL)",
        ),
        (
            "",
            &[openai, ("GLOSS_URL", "http://own"), model],
            None,
            "engine chat: model m at http://own/v1 (an endpoint is given by env GLOSS_URL)",
        ),
        ("--engine local", &[openai, model], None, "engine local: chosen by flag --engine"),
        ("", &[("OPENAI_BASE_URL", "")], None, "engine local: no endpoint is configured"),
        (
            "",
            &[openai, model],
            Some("engine = \"local\""),
            "engine chat: model m at http://host/v1 (an endpoint is given by env OPENAI_BASE_URL)",
        ),
        (
            "",
            &[model],
            Some("engine = \"local\"\nurl = \"http://host\""),
            "engine local: chosen by gloss.toml:1",
        ),
        (
            "--engine chat --model x",
            &[openai],
            None,
            "engine chat: model x at http://host/v1 (chosen by flag --engine)",
        ),
    ];
    for (typed, environment, file, reason) in cases {
        let mut given = arguments(typed);
        given.arguments.extend(["--to", "pt"]);
        given.environment = environment.to_vec();
        given.file = file;
        assert_eq!(given.resolve().unwrap().engine_reason, reason, "{typed} {environment:?} {file:?}");
    }
}

#[test]
fn what_does_not_go_together_is_refused_with_a_hint() {
    let mut said = String::new();
    for typed in [
        "",
        "--to spanish",
        "--to jp",
        "--to pt,,q",
        "--to pt --from ../x",
        "--no-translation --no-summary",
        "--to pt --model m",
        "--to pt --url http://h --model m --threads 2",
        "--to pt --url http://h",
        "--to pt --url h:8080 --model m",
        "--to pt --url http://u:secret@/v1?key=secret --model m",
        "--to pt --engine local --url http://h --model m",
        "--to pt --engine chat --model m",
        "--to pt --engine gpu",
        "--to pt --url http://h --model m --key-env NOT_SET",
        "--to pt --url http://h --model m --key-env sk-secret-key",
        "--to pt --url http://h --model m --context-tokens 512 --chunk-tokens 600",
        "--to pt --summary huge",
        "--to pt --boilerplate burn",
        "--to pt --include a[",
        "--to pt --concurrency 0",
        "--to pt --max-file-size 3parsecs",
        "--to pt --url http://h --model m --idle-timeout 0",
    ] {
        let error = arguments(typed).error();
        assert!(!error.contains("secret"), "{error}");
        said.push_str(&format!("$ gloss run articles {typed}\n{error}\n\n"));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn a_settings_file_that_does_not_read_names_the_line() {
    let mut said = String::new();
    for file in [
        "\nto = [\"pt\"]\nsumary = \"long\"",
        "\nkey_env = \"X\"",
        "[engine]\nname = \"chat\"",
        "to = ",
        "threads = { a = 1 }",
        "frobnicate = true",
        "to = [\"pt\"]\n\nsummary = \"gigantic\"",
    ] {
        let error = Given { file: Some(file), ..Given::default() }.error();
        said.push_str(&format!("{file}\n---\n{error}\n\n"));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn only_the_current_folder_or_config_gives_the_file() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(file::locate(None, folder.path()), None);
    let missing = Flags { config: Some("no.toml".into()), ..Flags::default() };
    let error = resolve(&missing, |_| None, folder.path()).unwrap_err();
    assert!(error.to_string().contains("no.toml"), "{error}");
    // Paths in a file elsewhere are relative to it, so that it can be shared.
    let layer = file::parse("out = \"x\"\nprompts = \"/p\"", Path::new("conf/gloss.toml")).unwrap().layer;
    let layers = Layers { file: layer, ..Layers::default() };
    assert_eq!(layers.path(Key::Out), Some("conf/x".into()));
    assert_eq!(layers.path(Key::Prompts), Some("/p".into()));
}

#[test]
fn the_example_parses_as_it_stands_and_with_every_key_in() {
    let example = include_str!("../../gloss.example.toml");
    let path = Path::new("gloss.example.toml");
    assert!(file::parse(example, path).unwrap().layer.contains_key(&Key::To));
    let uncommented: String = example
        .lines()
        .map(|line| {
            let setting = |rest: &&str| rest.split_once(" = ").is_some() || rest.starts_with('[');
            line.strip_prefix("# ").filter(setting).unwrap_or(line)
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let file = file::parse(&uncommented, path).unwrap();
    assert_eq!(file.engines.keys().collect::<Vec<_>>(), ["deepl", "gpt"]);
    assert_eq!(file.translate_to.len(), 1);
    let layer = file.layer;
    let missing: Vec<_> = Key::ALL.into_iter().filter(|key| !layer.contains_key(key)).collect();
    assert_eq!(missing, []);
    let layers = Layers { file: layer, ..Layers::default() };
    for key in Key::ALL {
        if let (Some(default), Some(raw)) = (key.specification().default, layers.get(key)) {
            let written = raw.texts.first().and_then(|text| text.to_str()).unwrap_or_default();
            assert_eq!(written, default, "{key:?}");
        }
    }
}

#[test]
fn the_settings_are_shown_without_a_key_or_a_password() {
    let given = Given {
        arguments: vec!["--to", "pt,es", "--url", "http://user:canary@host:8080/v1?api-key=canary"],
        environment: vec![("OPENAI_API_KEY", "canary"), ("GLOSS_CONCURRENCY", "4")],
        file: Some("# mine\nmodel = \"qwen\"\nsummary = \"80 words\"\n"),
    };
    let text = crate::report::settings_table::render(&given.show());
    assert!(!text.contains("canary"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn an_address_is_taken_as_it_is_pasted() {
    for (typed, address) in [
        ("http://h:8080", "http://h:8080/v1"),
        ("http://h:8080/", "http://h:8080/v1"),
        ("https://api.example.org/v1/", "https://api.example.org/v1"),
        ("https://api.example.org/v1/chat/completions", "https://api.example.org/v1"),
        ("http://h/custom/path", "http://h/custom/path"),
    ] {
        assert_eq!(parse::endpoint(typed).as_deref(), Ok(address));
    }
}

#[test]
fn the_state_folder_is_under_out_else_with_the_first_input() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = arguments("--to pt").resolve().unwrap().run;
    run.inputs = vec![folder.path().join("a.txt"), folder.path().to_owned()];
    assert_eq!(run.state_dir(), folder.path().join(".gloss"));
    run.inputs = vec![folder.path().to_owned()];
    assert_eq!(run.state_dir(), folder.path().join(".gloss"));
    run.inputs = vec!["a.txt".into()];
    assert_eq!(run.state_dir(), Path::new("./.gloss"));
    run.out = Some("o".into());
    assert_eq!(run.state_dir(), Path::new("o/.gloss"));
}

#[test]
fn the_prices_to_copy_from_are_sound() {
    let prices = include_str!("../../prices.example.toml");
    let file = file::parse(prices, Path::new("prices.example.toml")).unwrap();
    for (name, table) in &file.engines {
        let layers = Layers { engines: file.engines.clone(), ..Layers::default() };
        let kind = engines::kind_of(name, &layers).unwrap();
        let own = layers.of_engine(name, kind, std::slice::from_ref(name), &[kind]);
        let price = |key| own.parsed(key, parse::number(0.0_f64, 1e4)).unwrap();
        let priced = [Key::PriceIn, Key::PriceOut, Key::PriceCharacters].map(price);
        assert!(priced.iter().any(Option::is_some), "{name}: {table:?}");
    }
}

#[test]
fn a_usual_key_goes_to_its_own_service_alone() {
    let variable = |typed: &str, environment: Vec<(&'static str, &'static str)>| {
        let given = Given { environment, ..arguments(typed) };
        let EngineSettings::Chat(chat) = only(&given.resolve().unwrap().run).clone() else { unreachable!() };
        chat.connection.key.variable
    };
    let to = |url: &str| variable(&format!("--to pt --model m --url {url}"), vec![]);
    assert_eq!(to("https://api.openai.com/v1"), "OPENAI_API_KEY");
    assert_eq!(to("http://127.0.0.1:8080/v1"), "OPENAI_API_KEY");
    assert_eq!(to("https://api.anthropic.com"), "ANTHROPIC_API_KEY");
    assert_eq!(to("https://us.openai.azure.com/openai/v1"), "AZURE_OPENAI_API_KEY");
    assert_eq!(to("https://api.example.org/v1"), engines::ANY_KEY);
    assert_eq!(to("https://api.openai.com.example.org/v1"), engines::ANY_KEY);
    // The two stand side by side in the environment, as is the custom.
    let beside = variable("--to pt --model m", vec![("OPENAI_BASE_URL", "https://gateway.example.org/v1")]);
    assert_eq!(beside, "OPENAI_API_KEY");
}
