//! The one table of settings: a name for flag, environment and file, a default, and whom it concerns.

use super::engines::Kind;

/// A setting. Its name is the long flag without dashes in front, the key in `gloss.toml`, and, in capitals
/// with `_` for `-` and `GLOSS_` before it, the environment variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    To,
    From,
    Out,
    Include,
    Exclude,
    Boilerplate,
    Translation,
    Review,
    Summary,
    Engine,
    Translate,
    Summarize,
    Url,
    Model,
    KeyEnv,
    KeyFile,
    Dialect,
    Formality,
    Glossary,
    Prompts,
    ContextTokens,
    ChunkTokens,
    Concurrency,
    RequestsPerMinute,
    TokensPerMinute,
    Patience,
    MaxCost,
    MaxTokens,
    MaxRequests,
    Threads,
    MaxFileSize,
    Temperature,
    ConnectTimeout,
    FirstByteTimeout,
    IdleTimeout,
    TotalTimeout,
    AllowHttp,
    CaFile,
    PriceIn,
    PriceOut,
    PriceCharacters,
    ModelsDir,
    ModelsUrl,
}

/// How a value stands in a file and in the environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One value.
    One,
    /// One value, a path; in a file, relative to that file's folder.
    Path,
    /// Several: an array in a file, commas between them in the environment.
    Many,
}

/// Which engines a setting is for. A flag for others than those of the run is refused: it would be without effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern {
    Any,
    Local,
    /// Every engine that speaks HTTP.
    Remote,
    Chat,
    DeepL,
}

impl Concern {
    /// Whether a setting of this concern does anything for an engine of `kind`.
    pub fn serves(self, kind: Kind) -> bool {
        match self {
            Self::Any => true,
            Self::Local => kind == Kind::Local,
            Self::Remote => kind.remote(),
            Self::Chat => kind == Kind::Chat,
            Self::DeepL => kind == Kind::DeepL,
        }
    }
}

/// What there is to know of a key.
#[derive(Debug, Clone, Copy)]
pub struct Specification {
    pub name: &'static str,
    pub shape: Shape,
    pub concern: Concern,
    /// The default as it would be typed.
    pub default: Option<&'static str>,
    /// What holds where neither a value nor a default is given.
    pub unset: &'static str,
}

impl Key {
    /// What describes one engine and would be wrong for another: in each source (flags, environment, file) it
    /// belongs to the engine that this source names by `engine`, and to `chat` where it names none.
    pub const OWN: [Self; 12] = [
        Self::Url,
        Self::Model,
        Self::KeyEnv,
        Self::KeyFile,
        Self::Dialect,
        Self::Glossary,
        Self::ContextTokens,
        Self::RequestsPerMinute,
        Self::TokensPerMinute,
        Self::PriceIn,
        Self::PriceOut,
        Self::PriceCharacters,
    ];

    /// Every key, in the order that `gloss config show` prints them.
    pub const ALL: [Self; 43] = [
        Self::To,
        Self::From,
        Self::Out,
        Self::Include,
        Self::Exclude,
        Self::Boilerplate,
        Self::Translation,
        Self::Review,
        Self::Summary,
        Self::Engine,
        Self::Translate,
        Self::Summarize,
        Self::Url,
        Self::Model,
        Self::KeyEnv,
        Self::KeyFile,
        Self::Dialect,
        Self::Formality,
        Self::Glossary,
        Self::Prompts,
        Self::ContextTokens,
        Self::ChunkTokens,
        Self::Concurrency,
        Self::RequestsPerMinute,
        Self::TokensPerMinute,
        Self::Patience,
        Self::MaxCost,
        Self::MaxTokens,
        Self::MaxRequests,
        Self::Threads,
        Self::MaxFileSize,
        Self::Temperature,
        Self::ConnectTimeout,
        Self::FirstByteTimeout,
        Self::IdleTimeout,
        Self::TotalTimeout,
        Self::AllowHttp,
        Self::CaFile,
        Self::PriceIn,
        Self::PriceOut,
        Self::PriceCharacters,
        Self::ModelsDir,
        Self::ModelsUrl,
    ];

    /// Reasons of the defaults that are numbers: a connection that takes 10 s will not come; 60 s without a
    /// byte is longer than any prompt evaluation seen on two CPU cores with the small model of our tests;
    /// 600 s is what OpenAI's own clients allow a request in all. 8,192 tokens is the smallest window that
    /// current instruct models have. Two minutes is a server's restart with a large model. Temperature 0 makes a run repeatable. An article over 16 MB is none.
    pub fn specification(self) -> Specification {
        use Concern::{Any, Chat, DeepL, Local, Remote};
        use Shape::{Many, One, Path};
        let (name, shape, concern, default, unset) = match self {
            Self::To => ("to", Many, Any, None, "none"),
            Self::From => ("from", One, Any, None, "detected in each document"),
            Self::Out => ("out", Path, Any, None, "beside each source"),
            Self::Include => ("include", Many, Any, None, "every .txt and .md"),
            Self::Exclude => ("exclude", Many, Any, None, "nothing"),
            Self::Boilerplate => ("boilerplate", One, Any, Some("keep"), ""),
            Self::Translation => ("translation", One, Any, Some("true"), ""),
            Self::Review => ("review", One, Any, Some("true"), ""),
            Self::Summary => ("summary", One, Any, Some("medium"), ""),
            Self::Engine => ("engine", Many, Any, None, "chat where there is a url, else local"),
            Self::Translate => ("translate", Many, Any, None, "as engine"),
            Self::Summarize => ("summarize", Many, Any, None, "as engine, else local"),
            Self::Url => ("url", One, Remote, None, "none"),
            Self::Model => ("model", One, Chat, None, "none"),
            Self::KeyEnv => ("key-env", One, Remote, None, "the service's usual one, as OPENAI_API_KEY"),
            Self::KeyFile => ("key-file", Path, Remote, None, "the environment is asked"),
            Self::Dialect => ("dialect", One, Chat, None, "told by the address"),
            Self::Formality => ("formality", One, DeepL, None, "the service's own"),
            Self::Glossary => ("glossary", One, DeepL, None, "none"),
            Self::Prompts => ("prompts", Path, Chat, None, "the ones built in"),
            Self::ContextTokens => ("context-tokens", One, Chat, Some("8192"), ""),
            Self::ChunkTokens => ("chunk-tokens", One, Any, None, "as the engine says"),
            Self::Concurrency => ("concurrency", One, Any, None, "finds its own level"),
            Self::RequestsPerMinute => ("requests-per-minute", One, Remote, None, "no limit"),
            Self::TokensPerMinute => ("tokens-per-minute", One, Remote, None, "no limit"),
            Self::Patience => ("patience", One, Remote, Some("2m"), ""),
            Self::MaxCost => ("max-cost", One, Any, None, "no limit"),
            Self::MaxTokens => ("max-tokens", One, Any, None, "no limit"),
            Self::MaxRequests => ("max-requests", One, Any, None, "no limit"),
            Self::Threads => ("threads", One, Local, None, "every core"),
            Self::MaxFileSize => ("max-file-size", One, Any, Some("16MB"), ""),
            Self::Temperature => ("temperature", One, Chat, Some("0"), ""),
            Self::ConnectTimeout => ("connect-timeout", One, Remote, Some("10s"), ""),
            Self::FirstByteTimeout => ("first-byte-timeout", One, Remote, None, "as the total"),
            Self::IdleTimeout => ("idle-timeout", One, Remote, Some("60s"), ""),
            Self::TotalTimeout => ("total-timeout", One, Remote, Some("600s"), ""),
            Self::AllowHttp => ("allow-http", One, Remote, Some("false"), ""),
            Self::CaFile => ("ca-file", Path, Remote, None, "the system's certificates alone"),
            Self::PriceIn => ("price-in", One, Remote, None, "unknown: no cost is shown"),
            Self::PriceOut => ("price-out", One, Remote, None, "unknown: no cost is shown"),
            Self::PriceCharacters => ("price-characters", One, Remote, None, "unknown: no cost is shown"),
            Self::ModelsDir => ("models-dir", Path, Local, None, "the user's cache folder"),
            Self::ModelsUrl => ("models-url", One, Local, None, "where each model is published"),
        };
        Specification { name, shape, concern, default, unset }
    }

    pub fn name(self) -> &'static str {
        self.specification().name
    }

    /// Whether it may stand in the table of one engine.
    pub fn of_an_engine(self) -> bool {
        self.specification().concern != Concern::Any || matches!(self, Self::ChunkTokens | Self::Concurrency)
    }

    /// The key with this name in a settings file.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// The environment variables that set this key, the one that counts first.
    pub fn environment(self) -> Vec<String> {
        let own = format!("GLOSS_{}", self.name().to_uppercase().replace('-', "_"));
        match self {
            Self::Url => vec![own, "OPENAI_BASE_URL".to_owned()],
            _ => vec![own],
        }
    }

    /// The flag as typed, for messages: `--to`; for a value that has a flag of its own, that one.
    pub fn flag(self) -> String {
        match self {
            Self::Translation => "--no-translation".to_owned(),
            Self::Review => "--no-review".to_owned(),
            _ => format!("--{}", self.name()),
        }
    }
}

/// The known name most like `typed`, if one is alike enough to be meant.
///
/// Jaro-Winkler similarity of at least 0.8, as clap judges misspelt flags (its limit is 0.7 on plain Jaro).
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase().replace('_', "-");
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&typed, name), name))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, name)| name)
}
