//! Pace: retry, limits and budget around engines, in one place.
