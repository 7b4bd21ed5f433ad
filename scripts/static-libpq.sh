#!/usr/bin/env bash
# Makes .build/libpq/libpq.pc, by which the client library is linked statically: see docs/decisions/0011. Does
# nothing if it is there; where it cannot be made (not Debian, no network), says so, and the system's libpq.so is used.
set -euo pipefail
cd "$(dirname "$0")/.."
out=.build/libpq
libs="-L${PWD// /\\ }/$out -lpq_static -lm"
# Also where the directory was moved it is made anew, for it names the place.
grep -qxsF "Libs: $libs" "$out/libpq.pc" && exit 0
rm -f "$out/libpq.pc"
dynamic() {
  echo "setup: libpq is linked dynamically ($1): commands start some milliseconds later" >&2
  exit 0
}
major=$(pkg-config --modversion libpq | cut -d. -f1)
for tool in apt-get dpkg-deb objcopy; do command -v $tool >/dev/null || dynamic "$tool is missing"; done
compiler=$(command -v cc || command -v clang) || dynamic "there is no C compiler"
for archive in libssl.a libcrypto.a libstdc++.a; do
  [ -e "$("$compiler" -print-file-name=$archive)" ] || dynamic "$archive is missing"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# What libpq.a leaves open is in the server's package for developers, from which nothing else is wanted: it is not
# installed, for it brings a compiler along. Both of one version.
(cd "$work" && apt-get download -qq "postgresql-server-dev-$major" libpq-dev >/dev/null 2>&1) ||
  dynamic "its archives could not be fetched"
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$work/files"; done
find "$work/files" -name libpq.a -o -name 'libpg*_shlib.a' | while read -r archive; do cp "$archive" "$work"; done
for archive in libssl.a libcrypto.a; do cp "$("$compiler" -print-file-name=$archive)" "$work"; done
"$compiler" -O2 -Wall -Wextra -Werror -c scripts/libpq_absent.c -o "$work/absent.o"
(cd "$work" && ar -M) <<'MRI' || dynamic "its archives do not fit together"
CREATE libpq_static.a
ADDLIB libpq.a
ADDLIB libpgcommon_shlib.a
ADDLIB libpgport_shlib.a
ADDLIB libssl.a
ADDLIB libcrypto.a
ADDMOD absent.o
SAVE
END
MRI
mkdir -p "$out"
mv "$work/libpq_static.a" "$out"
# Found here before the shared one: what the runtime takes of C++ comes along too.
# (Its probe points refer to sections that a linker may discard, and gold calls that an error.)
objcopy -R .note.stapsdt -R .rela.note.stapsdt "$("$compiler" -print-file-name=libstdc++.a)" "$out/libstdc++.a"
cat >"$out/libpq.pc.new" <<PC
Name: libpq
Description: libpq and what it needs, for static linking
Version: $(pkg-config --modversion libpq)
Cflags: $(pkg-config --cflags libpq)
Libs: $libs
PC
mv "$out/libpq.pc.new" "$out/libpq.pc"
