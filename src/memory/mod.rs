//! The translation memory and the ledger: one database file per folder.
