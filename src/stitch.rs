//! Stitching: the answers between the source's own bytes, complete or with what is missing marked.
