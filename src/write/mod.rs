//! Writing: names, atomic files, and what is never overwritten.
