//! The flags that are settings, shared by the commands that read them. Values stay as typed:
//! [`crate::settings`] parses them, so that a flag, a variable and a file are judged alike.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use crate::settings::{Flags, Key, Layer, Origin, Raw};

/// Flags that set what `gloss.toml` and `GLOSS_*` can set too.
#[derive(Debug, Clone, Default, Args)]
pub struct SettingFlags {
    /// Languages to translate into, as BCP-47 tags: `pt`, `pt-BR,es`; may be repeated
    #[arg(long, value_name = "LANG,…", help_heading = "What to make")]
    to: Vec<OsString>,
    /// Language of the articles [default: detected in each]
    #[arg(long, value_name = "LANG", help_heading = "What to make")]
    from: Option<OsString>,
    /// How long summaries are: short, medium, long, `10%` of the article, or `80 words` [default: medium]
    #[arg(long, value_name = "LENGTH", help_heading = "What to make", conflicts_with = "no_summary")]
    summary: Option<OsString>,
    /// Make no summaries
    #[arg(long, help_heading = "What to make")]
    no_summary: bool,
    /// Make no translations: summaries only, in the article's language and those of `--to`
    #[arg(long, help_heading = "What to make")]
    no_translation: bool,
    /// Write no review pages (`name.review.html`, `index.html`)
    #[arg(long, help_heading = "What to make")]
    no_review: bool,
    /// Translate navigation, "subscribe" and the like with the rest, or leave it out [default: keep]
    #[arg(long, value_name = "keep|drop", help_heading = "What to make")]
    boilerplate: Option<OsString>,

    /// Write below this folder, laid out as the sources are [default: beside each source]
    #[arg(long, value_name = "DIR", help_heading = "Files")]
    out: Option<OsString>,
    /// Take only files that match this pattern; may be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    include: Vec<OsString>,
    /// Leave out files that match this pattern; may be repeated
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    exclude: Vec<OsString>,
    /// Skip larger files [default: 16MB]
    #[arg(long, value_name = "SIZE", help_heading = "Files")]
    max_file_size: Option<OsString>,

    /// local, chat, deepl, libretranslate, apertium, or one named in `gloss.toml`; several, each asked for what
    /// the one before it refuses: `deepl,local` [default: chat where there is a URL, else local]
    #[arg(long, value_name = "NAME,…", help_heading = "Engine")]
    engine: Vec<OsString>,
    /// Engines for translations alone
    #[arg(long, value_name = "NAME,…", help_heading = "Engine")]
    translate: Vec<OsString>,
    /// Engines for summaries alone
    #[arg(long, value_name = "NAME,…", help_heading = "Engine")]
    summarize: Vec<OsString>,
    /// Tokens of article text in one translation request [default: as the engine says]
    #[arg(long, value_name = "N", help_heading = "Engine")]
    chunk_tokens: Option<OsString>,
    /// Requests under way at once, fixed [default: finds its own level]
    #[arg(long, value_name = "N", help_heading = "Engine")]
    concurrency: Option<OsString>,
    /// Requests a minute, at most
    #[arg(long, value_name = "N", help_heading = "Any endpoint")]
    requests_per_minute: Option<OsString>,
    /// Tokens a minute, at most
    #[arg(long, value_name = "N", help_heading = "Any endpoint")]
    tokens_per_minute: Option<OsString>,
    /// How long an endpoint may be gone before it is given up [default: 2m]
    #[arg(long, value_name = "TIME", help_heading = "Any endpoint")]
    patience: Option<OsString>,
    /// Ask nothing more once so much may be spent, in the currency of the prices
    #[arg(long, value_name = "AMOUNT", help_heading = "Money")]
    max_cost: Option<OsString>,
    /// Ask nothing more once so many tokens may be used, sent and received
    #[arg(long, value_name = "N", help_heading = "Money")]
    max_tokens: Option<OsString>,
    /// Send no more requests than this, failed ones and repetitions included (lists of languages, pairs or models are
    /// free and not counted)
    #[arg(long, value_name = "N", help_heading = "Money")]
    max_requests: Option<OsString>,

    /// Threads that translate [default: every core]
    #[arg(long, value_name = "N", help_heading = "Local engine")]
    threads: Option<OsString>,
    /// Where models are kept [default: the user's cache folder]
    #[arg(long, value_name = "DIR", help_heading = "Local engine")]
    models_dir: Option<OsString>,
    /// A mirror to fetch models from
    #[arg(long, value_name = "URL", help_heading = "Local engine")]
    models_url: Option<OsString>,

    /// Address of the service; of a chat endpoint, up to `/v1` [or: OPENAI_BASE_URL]
    #[arg(long, value_name = "URL", help_heading = "Any endpoint")]
    url: Option<OsString>,
    /// Environment variable that holds the API key [default: the service's usual one, as OPENAI_API_KEY]
    #[arg(long, value_name = "VAR", help_heading = "Any endpoint")]
    key_env: Option<OsString>,
    /// File that holds the API key and nothing else, readable by you alone
    #[arg(long, value_name = "FILE", help_heading = "Any endpoint")]
    key_file: Option<OsString>,
    /// Name of the endpoint's model
    #[arg(long, value_name = "NAME", help_heading = "Chat engine")]
    model: Option<OsString>,
    /// How the endpoint is spoken to [default: told by the address]
    #[arg(long, value_name = "openai|azure|anthropic", help_heading = "Chat engine")]
    dialect: Option<OsString>,
    /// Folder of prompts that replace the built-in ones of the same name
    #[arg(long, value_name = "DIR", help_heading = "Chat engine")]
    prompts: Option<OsString>,
    /// The model's context window as the server was started with it [default: 8192]
    #[arg(long, value_name = "N", help_heading = "Chat engine")]
    context_tokens: Option<OsString>,
    /// Sampling temperature, 0 to 2 [default: 0]
    #[arg(long, value_name = "T", help_heading = "Chat engine")]
    temperature: Option<OsString>,
    /// Give up connecting after this time [default: 10s]
    #[arg(long, value_name = "TIME", help_heading = "Any endpoint")]
    connect_timeout: Option<OsString>,
    /// Give up a request whose reply has not begun after this time [default: as the total]
    #[arg(long, value_name = "TIME", help_heading = "Any endpoint")]
    first_byte_timeout: Option<OsString>,
    /// Give up a request after this time without a byte [default: 60s]
    #[arg(long, value_name = "TIME", help_heading = "Any endpoint")]
    idle_timeout: Option<OsString>,
    /// Give up a request after this time in all [default: 600s]
    #[arg(long, value_name = "TIME", help_heading = "Any endpoint")]
    total_timeout: Option<OsString>,
    /// Send articles and key over plain http to a host that is not this machine
    #[arg(long, help_heading = "Any endpoint")]
    allow_http: bool,
    /// Trust the certificates in this PEM file beside the system's
    #[arg(long, value_name = "FILE", help_heading = "Any endpoint")]
    ca_file: Option<OsString>,
    /// More or less formal: more, less, prefer_more, prefer_less
    #[arg(long, value_name = "FORM", help_heading = "DeepL")]
    formality: Option<OsString>,
    /// Id of a glossary kept with DeepL
    #[arg(long, value_name = "ID", help_heading = "DeepL")]
    glossary: Option<OsString>,
    /// Price of a million tokens sent
    #[arg(long, value_name = "PRICE", help_heading = "Money")]
    price_in: Option<OsString>,
    /// Price of a million tokens received
    #[arg(long, value_name = "PRICE", help_heading = "Money")]
    price_out: Option<OsString>,
    /// Price of a million characters sent
    #[arg(long, value_name = "PRICE", help_heading = "Money")]
    price_characters: Option<OsString>,

    /// Read this settings file instead of the current folder's `gloss.toml`
    #[arg(long, value_name = "FILE", help_heading = "Files")]
    config: Option<PathBuf>,
}

impl SettingFlags {
    /// What was typed, as the highest layer of settings.
    pub fn into_flags(self) -> Flags {
        let mut values = Layer::new();
        let mut set = |key: Key, flag: String, texts: Vec<OsString>| {
            if !texts.is_empty() {
                values.insert(key, Raw { texts, origin: Origin::Flag(flag) });
            }
        };
        for (key, texts) in [
            (Key::To, self.to),
            (Key::Include, self.include),
            (Key::Exclude, self.exclude),
            (Key::Engine, self.engine),
            (Key::Translate, self.translate),
            (Key::Summarize, self.summarize),
        ] {
            set(key, key.flag(), texts);
        }
        for (key, text) in [
            (Key::From, self.from),
            (Key::Summary, self.summary),
            (Key::Boilerplate, self.boilerplate),
            (Key::Out, self.out),
            (Key::MaxFileSize, self.max_file_size),
            (Key::RequestsPerMinute, self.requests_per_minute),
            (Key::TokensPerMinute, self.tokens_per_minute),
            (Key::Patience, self.patience),
            (Key::MaxCost, self.max_cost),
            (Key::MaxTokens, self.max_tokens),
            (Key::MaxRequests, self.max_requests),
            (Key::PriceCharacters, self.price_characters),
            (Key::ChunkTokens, self.chunk_tokens),
            (Key::Concurrency, self.concurrency),
            (Key::Threads, self.threads),
            (Key::ModelsDir, self.models_dir),
            (Key::ModelsUrl, self.models_url),
            (Key::Url, self.url),
            (Key::Model, self.model),
            (Key::KeyEnv, self.key_env),
            (Key::KeyFile, self.key_file),
            (Key::Dialect, self.dialect),
            (Key::Formality, self.formality),
            (Key::Glossary, self.glossary),
            (Key::FirstByteTimeout, self.first_byte_timeout),
            (Key::CaFile, self.ca_file),
            (Key::Prompts, self.prompts),
            (Key::ContextTokens, self.context_tokens),
            (Key::Temperature, self.temperature),
            (Key::ConnectTimeout, self.connect_timeout),
            (Key::IdleTimeout, self.idle_timeout),
            (Key::TotalTimeout, self.total_timeout),
            (Key::PriceIn, self.price_in),
            (Key::PriceOut, self.price_out),
        ] {
            set(key, key.flag(), text.into_iter().collect());
        }
        if self.no_summary {
            set(Key::Summary, "--no-summary".to_owned(), vec!["none".into()]);
        }
        if self.allow_http {
            set(Key::AllowHttp, "--allow-http".to_owned(), vec!["true".into()]);
        }
        if self.no_review {
            set(Key::Review, "--no-review".to_owned(), vec!["false".into()]);
        }
        if self.no_translation {
            set(Key::Translation, "--no-translation".to_owned(), vec!["false".into()]);
        }
        Flags { values, config: self.config, ..Flags::default() }
    }
}
