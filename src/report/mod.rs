//! Reporting: the only code that writes to the terminal. A pure fold over the run's events.

pub mod event;
