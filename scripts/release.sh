#!/usr/bin/env bash
# Freezes a release of the schema, as it stands in this tree:
#
#     scripts/release.sh VERSION
#
# writes sql/releases/VERSION, which names each migration, and all functions together, by their SHA-256; and
# Tests/StoreTests/Releases/VERSION.sql.gz, the dump of a small installation with dossiers in every condition, which
# the tests upgrade ever after. Until the release is published (it has a tag) both can be written anew.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C

version=${1:-}
if ! [[ $version =~ ^[0-9]+\.[0-9]+(\.[0-9]+)?$ ]]; then
  echo "usage: scripts/release.sh VERSION, as in 0.1" >&2
  exit 64
fi
if git rev-parse -q --verify "refs/tags/v$version" >/dev/null; then
  echo "release: $version is published; it stays as it is" >&2
  exit 65
fi
migrations=(sql/migrations/*.sql)
newest=${migrations[-1]}
if ! grep -qF "SET release = '$version'" "$newest"; then
  echo "release: the newest migration, $newest, does not say: UPDATE motcua.installation SET release = '$version'" >&2
  exit 65
fi

digest() { sha256sum | cut -d ' ' -f 1; }
mkdir -p sql/releases Tests/StoreTests/Releases
{
  for file in "${migrations[@]}"; do echo "$file $(digest <"$file")"; done
  echo "sql/functions $(cd sql/functions && sha256sum -- *.sql | digest)"
} >"sql/releases/$version"
echo "release: wrote sql/releases/$version"

swift build -c release -j "${JOBS:-2}" --build-tests
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
MOTCUA_RELEASE_DUMP=$work/dump.sql scripts/with-cluster.sh \
  swift test -c release --skip-build --disable-xctest --filter ReleaseTests/writesAnInstallation
# What newer programs of PostgreSQL 15 add against hostile dumps older ones do not understand.
grep -vE '^\\(un)?restrict ' "$work/dump.sql" | gzip -9n >"Tests/StoreTests/Releases/$version.sql.gz"
echo "release: wrote Tests/StoreTests/Releases/$version.sql.gz ($(stat -c %s "Tests/StoreTests/Releases/$version.sql.gz") bytes)"
