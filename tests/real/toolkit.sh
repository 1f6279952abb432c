#!/usr/bin/env bash
# What gloss exports, read by another program: the seeds are translated into Portuguese by the embedded engine and
# exported as XLIFF and TMX; PyPI's translate-toolkit parses both, its `pofilter` judges the pairs and is compared with
# gloss's findings; one unit is edited by it, imported, and must stand in the output and in every later run
# (`toolkit.py` says what is checked).
#
#     tests/real/toolkit.sh [DIR]     DIR (target/toolkit) holds the Python environment; filled by pip
#
# GLOSS_BIN       the binary to test (target/release/gloss)
# Where the toolkit or the model cannot be had, that is a failure with CI=true or GLOSS_REQUIRE_MODEL=1; else it is said,
# and the exit code is 0.
set -euo pipefail
cd "$(dirname "$0")/../.."

dir=${1:-target/toolkit}
gloss=$(realpath "${GLOSS_BIN:-target/release/gloss}")

if [ ! -x "$gloss" ]; then
    echo "$gloss is not there: cargo build --release, or give GLOSS_BIN" >&2
    exit 1
fi
missing() {
    if [ "${CI:-}" = true ] || [ "${GLOSS_REQUIRE_MODEL:-}" = 1 ]; then
        echo "$1 could not be had" >&2
        exit 1
    fi
    echo "SKIPPED: $1 could not be had"
    exit 0
}
if ! "$dir/bin/python" -c 'import translate, lxml' 2>/dev/null; then
    { python3 -m venv "$dir" && "$dir/bin/pip" install --quiet translate-toolkit lxml; } || missing "translate-toolkit"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r seeds "$work/articles"

run() {
    local code=0
    "$gloss" run "$work/articles" --to pt --engine local --no-summary -q "$@" || code=$?
    # 3: finished, with paragraphs that the checks refused.
    [ "$code" -eq 0 ] || [ "$code" -eq 3 ] || return "$code"
}
run || missing "the embedded model"
"$gloss" export "$work/articles" --format xliff -q
"$gloss" export "$work/articles" --format tmx -q
"$dir/bin/python" tests/real/toolkit.py check "$work/articles"

# One edit, by the toolkit's hand.
edited=$("$dir/bin/python" tests/real/toolkit.py edit "$work/articles")
"$gloss" review "$work/articles" --import "$edited" -q
"$dir/bin/python" tests/real/toolkit.py stands "$work/articles"
run
"$dir/bin/python" tests/real/toolkit.py stands "$work/articles"
echo "translate-toolkit reads what gloss exports, and gloss what it changes"
