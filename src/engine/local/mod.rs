//! The embedded engine: `fxtranslate` models for translation, an extractive summariser. Needs no network
//! once its models are there.
