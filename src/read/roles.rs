//! What each block is for: title, dateline, body, furniture.
