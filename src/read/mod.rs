//! Reading: from paths to documents. The only stage that opens sources, and only for reading.

pub mod decode;
pub mod markdown;
pub mod roles;
pub mod text;
pub mod unit;
pub mod walk;
pub mod wrap;
