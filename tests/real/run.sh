#!/usr/bin/env bash
# gloss end to end against a real llama.cpp server with a small model: three short articles into Spanish, each unit
# accounted for, and a second run that asks nothing again (`check.py` says what is checked).
#
#     tests/real/run.sh [DIR]         DIR (target/real) holds the server and its model; `fetch_model.sh` fills it
#
# GLOSS_BIN       the binary to test (target/release/gloss)
# GLOSS_REAL_SECONDS  most seconds for each run (480; the first takes 120 to 190 on two cores busy with other work)
# KEEP_OUTPUTS    a folder to copy the outputs to, for reading
# Where the server or model cannot be had, that is a failure with CI=true or GLOSS_REQUIRE_MODEL=1; else it is said,
# and the exit code is 0.
set -euo pipefail
cd "$(dirname "$0")/../.."

dir=${1:-target/real}
gloss=${GLOSS_BIN:-target/release/gloss}
seconds=${GLOSS_REAL_SECONDS:-480}

if [ ! -x "$gloss" ]; then
    echo "$gloss is not there: cargo build --release, or give GLOSS_BIN" >&2
    exit 1
fi
if ! tests/real/fetch_model.sh "$dir" >/dev/null; then
    if [ "${CI:-}" = true ] || [ "${GLOSS_REQUIRE_MODEL:-}" = 1 ]; then
        echo "the server or its model could not be had" >&2
        exit 1
    fi
    echo "SKIPPED: the server or its model could not be had"
    exit 0
fi

work=$(mktemp -d)
server=
stop() {
    local code=$?
    trap - EXIT
    if [ -n "$server" ]; then
        kill "$server" 2>/dev/null || true
        # A server in the middle of a request may take its time; it gets five seconds.
        for _ in $(seq 50); do
            kill -0 "$server" 2>/dev/null || break
            sleep 0.1
        done
        kill -9 "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    if [ "$code" -ne 0 ] && [ -s "$work/server.err" ]; then
        echo "the last lines of the server:" >&2
        tail -n 20 "$work/server.err" >&2 2>/dev/null || true
    fi
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mkfifo "$work/alive"
# Port 0: the server takes a free one, and says which when the model is loaded.
"$dir/venv/bin/python" tests/real/llama_server.py --model "$dir/qwen.gguf" --host 127.0.0.1 --port 0 \
    --until-stdin-closes <"$work/alive" >"$work/server.out" 2>"$work/server.err" &
server=$!
# The only writer: should this script be killed, the server ends with it.
exec 9>"$work/alive"
url=
for _ in $(seq 600); do
    url=$(sed -n 's/^ready //p' "$work/server.out")
    [ -z "$url" ] || break
    if ! kill -0 "$server" 2>/dev/null; then
        echo "the server ended before it was ready" >&2
        exit 1
    fi
    sleep 0.1
done
if [ -z "$url" ]; then
    echo "the server was not ready within 60 s" >&2
    exit 1
fi

cp -r tests/real/articles "$work/articles"
# The test's own settings: nothing of the caller's folder or environment.
for name in $(compgen -e | grep '^GLOSS_' || true) OPENAI_API_KEY OPENAI_BASE_URL; do
    unset "$name"
done
gloss=$(realpath "$gloss")
check=$(realpath tests/real/check.py)
keep=
if [ -n "${KEEP_OUTPUTS:-}" ]; then
    mkdir -p "$KEEP_OUTPUTS"
    keep=$(realpath "$KEEP_OUTPUTS")
fi
cd "$work"

run() {
    local code=0
    # Sixty words: the default, half of so short an article, this model overshoots, and is asked again and again.
    timeout --foreground --kill-after=10 "$1" "$gloss" run articles --to es --url "$url" --model qwen --summary '60 words' \
        --temperature 0 --out out >"$work/$2.out" 2>"$work/$2.err" 9>&- || code=$?
    if [ "$code" -ne 0 ] && [ "$code" -ne 3 ]; then
        cat "$work/$2.out" "$work/$2.err" >&2
        [ "$code" -ne 124 ] || echo "not done after $1 s" >&2
        exit 1
    fi
    echo "$code"
}

"$gloss" run articles --to es --url "$url" --model qwen --summary '60 words' --out out --dry-run --json >plan.json
echo "first run"
code=$(run "$seconds" first)
python3 "$check" articles out --to es --code "$code" --plan plan.json
cp out/.gloss/report.json first.json
if [ -n "$keep" ]; then
    cp -r out/. "$keep"
fi

echo "second run"
code=$(run "$seconds" second)
python3 "$check" articles out --to es --code "$code" --earlier first.json
