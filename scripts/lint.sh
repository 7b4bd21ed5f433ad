#!/usr/bin/env bash
# Formatting in strict mode, the shell scripts, and a build in which every warning is an error.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "lint: swift format"
swift format lint --strict --parallel --recursive Sources Tests Plugins Package.swift
echo "lint: shell scripts"
shellcheck -x scripts/*.sh .ci/run
echo "lint: a build without warnings"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! swift build -c release -j "${JOBS:-2}" --build-tests >"$log" 2>&1; then
  grep -E 'error:|warning:' "$log" >&2 || cat "$log" >&2
  exit 1
fi
# Swift's own warnings are errors already (Package.swift); this finds those of the package and the linker.
if grep -E "warning: " "$log" | grep -v "mktemp"; then
  echo "lint: the warnings above must go" >&2
  exit 1
fi
echo "lint: clean"
