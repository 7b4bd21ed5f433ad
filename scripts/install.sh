#!/usr/bin/env bash
# Installs the program and its completions and man pages below "$DESTDIR$PREFIX", or removes them. It does not build, so
# that root need not run the compiler.
set -euo pipefail
cd "$(dirname "$0")/.."
to=${DESTDIR:-}${PREFIX:-/usr/local}
program=.build/release/motcua
files=(
  "bin/motcua"
  "share/bash-completion/completions/motcua"
  "share/zsh/site-functions/_motcua"
  "share/fish/vendor_completions.d/motcua.fish"
)

if [ "$1" = uninstall ]; then
  for file in "${files[@]}"; do rm -f "$to/$file"; done
  rm -f "$to"/share/man/{man1,vi/man1}/motcua.1 "$to"/share/man/{man1,vi/man1}/motcua-*.1
  echo "uninstall: removed from $to"
  exit 0
fi
if [ ! -x "$program" ]; then
  echo "install: there is nothing to install yet; run make build first" >&2
  exit 66
fi
install -D -m 755 "$program" "$to/bin/motcua"
shells=(bash zsh fish)
for index in "${!shells[@]}"; do
  file=$to/${files[index + 1]}
  mkdir -p "$(dirname "$file")"
  "$program" --generate-completion-script "${shells[index]}" >"$file"
  chmod 644 "$file"
done
# Man pages are made of what the program says of itself; make man leaves them in .build/man.
if [ -z "$(ls .build/man/*.1 2>/dev/null)" ] || [ "$program" -nt .build/man/motcua.1 ]; then
  if command -v python3 >/dev/null; then
    man=$(mktemp -d)
    trap 'rm -rf "$man"' EXIT
    python3 scripts/man.py "$program" "$man"
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
echo "install: motcua is in $to/bin"
