#!/usr/bin/env bash
# Installs the programs, their completions and man pages, and the unit of systemd below "$DESTDIR$PREFIX", or removes
# them. It does not build, so that root need not run the compiler.
set -euo pipefail
cd "$(dirname "$0")/.."
to=${DESTDIR:-}${PREFIX:-/usr/local}
built=.build/release
# What belongs to each program, in the order of the shells below.
files_of() {
  echo "share/bash-completion/completions/$1"
  echo "share/zsh/site-functions/_$1"
  echo "share/fish/vendor_completions.d/$1.fish"
}
unit=lib/systemd/system/motcuad.service
example=share/doc/motcua/motcuad.yaml

if [ "$1" = uninstall ]; then
  for name in motcua motcuad; do
    rm -f "$to/bin/$name"
    files_of "$name" | while read -r file; do rm -f "$to/$file"; done
  done
  rm -f "$to/$unit" "$to/$example"
  rm -f "$to"/share/man/{man1,vi/man1}/{motcua,motcuad}{,-*}.1
  echo "uninstall: removed from $to"
  exit 0
fi
for name in motcua motcuad; do
  if [ ! -x "$built/$name" ]; then
    echo "install: there is nothing to install yet; run make build first" >&2
    exit 66
  fi
done
shells=(bash zsh fish)
for name in motcua motcuad; do
  install -D -m 755 "$built/$name" "$to/bin/$name"
  mapfile -t files < <(files_of "$name")
  for index in "${!shells[@]}"; do
    file=$to/${files[index]}
    mkdir -p "$(dirname "$file")"
    "$built/$name" --generate-completion-script "${shells[index]}" >"$file"
    chmod 644 "$file"
  done
done
mkdir -p "$(dirname "$to/$unit")"
sed "s|@PREFIX@|${PREFIX:-/usr/local}|" packaging/motcuad.service >"$to/$unit"
chmod 644 "$to/$unit"
install -D -m 644 packaging/motcuad.yaml "$to/$example"
# Man pages are made of what the program says of itself; make man leaves them in .build/man.
if [ ! -e .build/man/motcua.1 ] || [ ! -e .build/man/motcuad.1 ] ||
  [ $built/motcua -nt .build/man/motcua.1 ] || [ $built/motcuad -nt .build/man/motcuad.1 ]; then
  if command -v python3 >/dev/null; then
    man=$(mktemp -d)
    trap 'rm -rf "$man"' EXIT
    for name in motcua motcuad; do python3 scripts/man.py "$built/$name" "$man"; done
  else
    echo "install: no man pages, because python3 is not installed" >&2
  fi
fi
man=${man:-.build/man}
for page in "$man"/*.1; do
  [ ! -e "$page" ] || install -D -m 644 "$page" "$to/share/man/man1/$(basename "$page")"
done
for page in "$man"/vi/*.1; do
  [ ! -e "$page" ] || install -D -m 644 "$page" "$to/share/man/vi/man1/$(basename "$page")"
done
echo "install: motcua and motcuad are in $to/bin"
