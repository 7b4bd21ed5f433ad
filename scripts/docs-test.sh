#!/usr/bin/env bash
# Runs the commands that the documentation shows: in README.md and docs/*.md, every fenced block that is
# marked `sh`. The blocks of one page run in order in one shell that stops at the first failure, with a fresh
# data directory; what is only to be read is marked otherwise (`text`, `console`). Blocks of `yaml` that begin with
# `# NAME` are files of the page: its commands then run in a directory that holds them.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
scratch=$(mktemp -d "${TMPDIR:-/tmp}/motcua-docs.XXXXXX")
chmod 711 "$scratch"
export PATH=$root/.build/release:$PATH
unset PGHOST PGSERVICE PGDATABASE PGPORT PGUSER
# What the tests tell one another is no setting of the programs.
unset "${!MOTCUA@}"
cleanup() {
  local home
  for home in "$scratch"/*/ "$scratch"/*/*/; do
    [ ! -d "$home/pg" ] || MOTCUA_HOME=$home motcua down >/dev/null 2>&1 || true
  done
  rm -rf "$scratch"
}
trap cleanup EXIT

passed=0 failed=0
while read -r page; do
  blocks=$(awk '/^```sh$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$page")
  [ -n "$blocks" ] || continue
  name=$(echo "$page" | tr '/.' '--')
  place=$root
  if grep -q '^```yaml$' "$page"; then
    place=$scratch/$name-files
    mkdir "$place"
    awk -v place="$place" '/^```yaml$/ { inside = 1; file = ""; next } /^```$/ { inside = 0 }
      inside && file == "" { file = /^# [a-z0-9.-]+$/ ? place "/" $2 : "/dev/null" } inside { print > file }' "$page"
  fi
  if (cd "$place" && MOTCUA_HOME=$scratch/$name exec bash -euo pipefail -c "$blocks") \
    >"$scratch/$name.out" 2>&1 </dev/null; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "docs-test: $page: failed; the end of its output:" >&2
    tail -n 15 "$scratch/$name.out" >&2
  fi
done < <(find README.md docs -name '*.md' | sort)
echo "docs-test: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
