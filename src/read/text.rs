//! Plain text into blocks and units.
