//! Planning: what is known, what must be asked, in which chunks.
