#!/usr/bin/env bash
# gloss end to end against a real Apertium APY with two of Debian's pairs: three articles from English into Spanish, one
# from Spanish into Brazilian Portuguese. Each unit is accounted for and really translated, a second run asks nothing
# again, and a pair that is not installed is said before anything is asked (`check.py` says what else is checked).
#
#     tests/real/apertium.sh
#
# GLOSS_BIN       the binary to test (target/release/gloss)
# KEEP_OUTPUTS    a folder to copy the outputs to, for reading
# Installs apertium-apy, apertium-eng-spa and apertium-es-pt by apt where they are not there: 21 packages, about 20 MB.
# Where that cannot be done, that is a failure with CI=true or GLOSS_REQUIRE_MODEL=1; else it is said, and the exit code
# is 0.
set -euo pipefail
cd "$(dirname "$0")/../.."

gloss=${GLOSS_BIN:-target/release/gloss}
modes=/usr/share/apertium/modes

if [ ! -x "$gloss" ]; then
    echo "$gloss is not there: cargo build --release, or give GLOSS_BIN" >&2
    exit 1
fi

installed() {
    command -v apertium-apy >/dev/null && [ -e "$modes/eng-spa.mode" ] && [ -e "$modes/es-pt_BR.mode" ]
}

if ! installed; then
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
        packages=(apertium-apy apertium-eng-spa apertium-es-pt)
        export DEBIAN_FRONTEND=noninteractive
        apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null 2>&1 ||
            { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >/dev/null 2>&1 || true
    fi
fi
if ! installed; then
    if [ "${CI:-}" = true ] || [ "${GLOSS_REQUIRE_MODEL:-}" = 1 ]; then
        echo "Apertium and its pairs could not be had" >&2
        exit 1
    fi
    echo "SKIPPED: Apertium and its pairs could not be had"
    exit 0
fi

work=$(mktemp -d)
server=
stop() {
    local code=$?
    trap - EXIT
    if [ -n "$server" ]; then
        # The pipelines that APY started end when their input closes.
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    if [ "$code" -ne 0 ] && [ -s "$work/server.err" ]; then
        echo "the last lines of the server:" >&2
        tail -n 20 "$work/server.err" >&2 || true
    fi
    rm -rf "$work"
    exit "$code"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# APY takes no port 0: a free one is asked for, and should another program be quicker to it, another.
url=
for _ in 1 2 3 4 5; do
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    apertium-apy --port "$port" --num-processes 1 "$modes" >"$work/server.out" 2>"$work/server.err" &
    server=$!
    for _ in $(seq 100); do
        kill -0 "$server" 2>/dev/null || break
        if curl -fsS --noproxy '*' "http://127.0.0.1:$port/listPairs" >"$work/pairs.json" 2>/dev/null; then
            url="http://127.0.0.1:$port"
            break
        fi
        sleep 0.1
    done
    [ -z "$url" ] || break
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=
done
if [ -z "$url" ]; then
    echo "APY was not ready" >&2
    exit 1
fi

cp -r tests/real/articles "$work/articles"
cp -r tests/real/articles-es "$work/articles-es"
# The test's own settings: nothing of the caller's folder or environment.
for name in $(compgen -e | grep '^GLOSS_' || true) OPENAI_API_KEY OPENAI_BASE_URL APERTIUM_API_KEY; do
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

# run ARTICLES TARGET NAME [CODE]: prints the exit code, which is CODE, else 0 or 3
run() {
    local code=0
    timeout --foreground --kill-after=10 120 "$gloss" run "$1" --to "$2" --engine apertium --url "$url" --no-summary \
        --out "out-$2" >"$3.out" 2>"$3.err" || code=$?
    if [ "$code" -ne "${4:-0}" ] && [ "$code" -ne "${4:-3}" ]; then
        cat "$3.out" "$3.err" >&2
        exit 1
    fi
    echo "$code"
}

# words FOLDER WORD...: each stands somewhere in the translations
words() {
    local folder=$1 word
    shift
    for word in "$@"; do
        if ! grep -rqwi --include='*.txt' --include='*.md' -- "$word" "$folder"; then
            echo "FAULT \`$word\` is in no translation of $folder" >&2
            exit 1
        fi
    done
}

pair() {
    local articles=$1 target=$2 code
    echo "$articles into $target, first run"
    code=$(run "$articles" "$target" "$target-first")
    python3 "$check" "$articles" "out-$target" --to "$target" --code "$code" --without-summaries
    cp "out-$target/.gloss/report.json" "$target-first.json"
    if [ -n "$keep" ]; then
        cp -r "out-$target" "$keep/"
    fi
    echo "$articles into $target, second run"
    code=$(run "$articles" "$target" "$target-second")
    python3 "$check" "$articles" "out-$target" --to "$target" --code "$code" --earlier "$target-first.json" --without-summaries
}

pair articles es
words out-es biblioteca septiembre ciclistas temperaturas euros entrada
pair articles-es pt-BR
words out-pt-BR porto segunda-feira milhões cidade árvores entrada

echo "a pair that is not installed"
code=$(run articles eu absent 1)
if ! grep -q 'does not translate from en to eu' absent.err || ! grep -q 'from en it has spa' absent.err; then
    cat absent.err >&2
    echo "FAULT the absent pair was not said, or not how" >&2
    exit 1
fi
if grep -q '"event":"request"' out-eu/.gloss/events.jsonl; then
    echo "FAULT something was asked for a pair that is not there" >&2
    exit 1
fi
echo "all is well"
