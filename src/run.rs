//! Drives a plan over engines, emits events, prints nothing.
