//! Any OpenAI-compatible chat endpoint.
