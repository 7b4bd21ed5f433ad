#!/usr/bin/env bash
# Opens psql on the private database as its superuser; the server is started if it does not run.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=scripts/cluster-env.sh
. scripts/cluster-env.sh

.build/release/motcua up >&2
if [ -n "${MOTCUA_HOME:-}" ]; then
  home=$MOTCUA_HOME
elif [ "$(id -u)" -eq 0 ]; then
  home=/var/lib/motcua
else
  home=${XDG_DATA_HOME:-$HOME/.local/share}/motcua
fi
# The fifth line of the server's own file names the directory of its socket.
socket=$(sed -n 5p "$home/pg/postmaster.pid")
exec "$(pg_bin)/psql" -h "$socket" -p 5432 -U motcua_superuser motcua
