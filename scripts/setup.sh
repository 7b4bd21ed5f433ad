#!/usr/bin/env bash
# Installs the Debian packages that are missing. It asks for the thing, not for the package, so that what was
# installed in another way counts too.
set -euo pipefail

# A server of version 15 or newer, on PATH or where distributions put them.
has_server() {
  local program major
  for program in $(type -aP postgres) /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres; do
    [ -x "$program" ] || continue
    major=$("$program" -V | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
    [ "$major" -ge 15 ] && return 0
  done
  return 1
}

has_extensions() {
  compgen -G '/usr/share/postgresql/*/extension/unaccent.control' >/dev/null ||
    compgen -G '/usr/*/share/extension/unaccent.control' >/dev/null ||
    compgen -G '/usr/share/pgsql/extension/unaccent.control' >/dev/null
}

missing=()
need() { # need PACKAGE COMMAND…: the package, if the command fails
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}
need pkg-config command -v pkg-config
need libpq-dev pkg-config --exists libpq
need postgresql has_server
need postgresql-contrib has_extensions
need graphviz command -v dot
need python3-venv python3 -c 'import venv, ensurepip'
need git command -v git
need curl command -v curl
need shellcheck command -v shellcheck
need tzdata test -e /usr/share/zoneinfo/Asia/Ho_Chi_Minh
need util-linux test -x /usr/bin/setpriv

if ! command -v swift >/dev/null; then
  echo "setup: Swift 6.3 is not on PATH; install it from swift.org, then run make again" >&2
  exit 69
fi
[ ${#missing[@]} -eq 0 ] && exit 0

install=(apt-get install -y --no-install-recommends "${missing[@]}")
if ! command -v apt-get >/dev/null; then
  echo "setup: missing: ${missing[*]} (Debian's names); install them, then run make again" >&2
  exit 69
fi
if [ "$(id -u)" -eq 0 ]; then
  as_root=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  as_root=(sudo -n)
else
  {
    echo "setup: some packages are missing, and installing them needs root. Run this once, then make again:"
    echo
    if command -v sudo >/dev/null; then
      echo "  sudo sh -c 'apt-get update && ${install[*]}'"
    else
      echo "  su -c 'apt-get update && ${install[*]}'"
    fi
    echo
  } >&2
  exit 77
fi

echo "setup: installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
try() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}" >"$log" 2>&1 </dev/null
}
# The lists of packages may be absent or old: they are fetched only when it does not work without.
if ! try; then
  "${as_root[@]}" apt-get update -qq || true
  if ! try; then
    tail -n 20 "$log" >&2
    echo "setup: apt-get failed; what it said is above" >&2
    exit 69
  fi
fi
