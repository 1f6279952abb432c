//! From paths to sources: folders, globs, what is skipped and why.
