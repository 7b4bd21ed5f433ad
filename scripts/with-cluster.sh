#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own, which is gone when the command ends, however it ends:
#
#     scripts/with-cluster.sh [--durable] COMMAND…
#
# The command finds it by PGHOST, PGPORT, PGUSER and PGDATABASE. It is set up as the private cluster of
# Sources/PrivateCluster is (its superuser by peer, all others by password, no TCP port); unless --durable is
# given, nothing waits for the disk (what was acknowledged then survives a killed server, not the machine).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/cluster-env.sh
. "$here/cluster-env.sh"

durable=off
if [ "${1:-}" = --durable ]; then
  durable=on
  shift
fi
bin=$(pg_bin)
account=$(pg_account)

# A socket's path has at most 107 bytes.
base=${TMPDIR:-/tmp}
[ ${#base} -le 60 ] || base=/tmp
home=$(mktemp -d "$base/motcua-test.XXXXXX")
chmod 711 "$home"
[ "$(id -u)" -ne 0 ] || chown "$account" "$home"

# shellcheck disable=SC2317 # called by traps
stop() {
  as_pg_account "$bin/pg_ctl" stop -D "$home/pg" -m immediate -t 20 >/dev/null 2>&1 || true
  rm -rf "$home"
}
# shellcheck disable=SC2317
finish() {
  kill "$watch" 2>/dev/null || true
  stop
}
# Should this script be killed outright, the watch sees to it a second later.
export -f stop as_pg_account
home=$home bin=$bin setsid bash -c "tail --pid=$$ -f /dev/null; stop" </dev/null >/dev/null 2>&1 &
watch=$!
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

log=$home/log
if ! as_pg_account env LC_ALL=C "$bin/initdb" -D "$home/pg" -U motcua_superuser --data-checksums \
  --encoding=UTF8 --locale=C.UTF-8 --auth=reject --no-sync --no-instructions >"$log" 2>&1; then
  tail -n 5 "$log" >&2
  exit 70
fi
settings=$(
  cat <<CONF
listen_addresses = ''
unix_socket_directories = '$home'
max_connections = 200
shared_buffers = 256MB
random_page_cost = 1.1
jit = off
fsync = $durable
synchronous_commit = on
full_page_writes = $durable
wal_compression = on
max_wal_size = 2GB
track_commit_timestamp = on
log_min_messages = fatal
lc_messages = 'C'
CONF
)
hba="local all motcua_superuser peer map=motcua
local replication motcua_superuser peer map=motcua
local all all scram-sha-256"
ident=$(printf 'motcua "%s" motcua_superuser\n' root "$account")
# The words go by the environment: the account that writes the files is not always the one that runs this.
# shellcheck disable=SC2016
as_pg_account env settings="$settings" hba="$hba" ident="$ident" sh -c '
  echo "$settings" >>"$1/postgresql.conf"
  echo "$hba" >"$1/pg_hba.conf"
  echo "$ident" >"$1/pg_ident.conf"' sh "$home/pg"
if ! as_pg_account "$bin/pg_ctl" start -w -t 60 -D "$home/pg" -l "$home/pg/server.log" >>"$log" 2>&1; then
  tail -n 5 "$log" "$home/pg/server.log" >&2 || true
  exit 70
fi

unset PGSERVICE PGPASSWORD PGPASSFILE PGOPTIONS PGSSLMODE PGHOSTADDR
export PGHOST=$home PGPORT=5432 PGUSER=motcua_superuser PGDATABASE=motcua
"$bin/psql" -qX -d postgres -c 'CREATE DATABASE motcua'
status=0
PATH=$bin:$PATH "$@" || status=$?
exit "$status"
