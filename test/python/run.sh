#!/usr/bin/env bash
# Other programs read what Dialoom wrote: pyarrow, Hugging Face datasets, the duckdb command line.
# Usage: npm run test:python -- FOLDER_OF_A_DATASET
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
environment="$here/../../.python"
if [ ! -x "$environment/bin/python" ]; then python3 -m venv "$environment"; fi
"$environment/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
PATH="$environment/bin:$PATH" "$environment/bin/python" "$here/check_parquet.py" "$@"
