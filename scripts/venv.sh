#!/usr/bin/env bash
# Makes the Python of the tests' oracles in .build/venv, once for each content of its list of packages, and
# prints the path of its interpreter.
set -euo pipefail
cd "$(dirname "$0")/.."
list=Tests/oracle/requirements.txt
venv=.build/venv
if ! cmp -s "$list" "$venv/requirements.txt"; then
  echo "venv: installing $(grep -cvE '^ *(#|$)' "$list") Python packages from $list" >&2
  rm -rf "$venv"
  mkdir -p .build
  python3 -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$list" >&2
  cp "$list" "$venv/requirements.txt"
fi
echo "$PWD/$venv/bin/python"
