#!/bin/sh
# Build the wheel, install it into an environment of its own, and run the tests there, away from the source tree.
# Usage: sh tests/wheel.sh UV PYTHON
set -eu
uv="$(realpath "$1") --system-certs"
root=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
$uv build --quiet --wheel --out-dir "$work/dist"
$uv venv --quiet --python "$2" "$work/env"
export VIRTUAL_ENV="$work/env"
$uv pip sync --quiet --require-hashes "$root/infra/python/requirements-dev.txt"
$uv pip install --quiet --no-deps "$work"/dist/*.whl
mkdir "$work/run"
cp -r "$root/tests" "$root/docs" "$work/run/"
# The tests of the source tree itself (imports between rooms, READMEs) have nothing to look at here.
cp "$root/pyproject.toml" "$work/run/"
cd "$work/run"
"$work/env/bin/python" -m pytest -q -n 2 -m "not long and not source_tree" -p no:cacheprovider
