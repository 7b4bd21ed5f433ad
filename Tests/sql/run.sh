#!/usr/bin/env bash
# Tests of sql/ with psql alone: makes a private cluster in a temporary directory, runs the migrations, then
# every test, and takes it all away again. Run from anywhere: Tests/sql/run.sh [NAME...]. Exit 0: all passed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd); root=$(cd "$here/../.." && pwd)
bin=${PG_BIN:-/usr/lib/postgresql/15/bin}
as=(); if [ "$(id -u)" = 0 ]; then as=(runuser -u postgres --); fi
work=$(mktemp -d /tmp/mcsql.XXXXXX); chmod 711 "$work"
[ "$(id -u)" = 0 ] && chown postgres "$work"
failed=0

start() {  # start NAME: a cluster with scram for everybody but the owner
  "${as[@]}" "$bin/initdb" -D "$work/$1" -E UTF8 --locale=C.UTF-8 -U postgres -A trust >"$work/$1.log" 2>&1
  printf 'local all postgres trust\nlocal all all scram-sha-256\n' | "${as[@]}" tee "$work/$1/pg_hba.conf" >/dev/null
  "${as[@]}" mkdir "$work/$1.sock"
  "${as[@]}" "$bin/pg_ctl" -D "$work/$1" -l "$work/$1.server.log" -w start \
    -o "-c listen_addresses='' -c unix_socket_directories='$work/$1.sock' -c fsync=off -c track_commit_timestamp=on" >/dev/null
}
stop() {
  for c in one two; do [ -d "$work/$c" ] && "${as[@]}" "$bin/pg_ctl" -D "$work/$c" -m immediate stop >/dev/null 2>&1 || true; done
  rm -rf "$work"
}
trap stop EXIT

owner() { psql -X -q -At -v ON_ERROR_STOP=1 -h "$work/${CLUSTER:-one}.sock" -U postgres "$@"; }
staff() { local who=$1; shift; PGPASSWORD="mật khẩu của $who" \
  psql -X -q -At -v ON_ERROR_STOP=1 -h "$work/${CLUSTER:-one}.sock" -U "shop_s_$who" "$@"; }
migrate() {  # migrate DB [TRAINING]
  [ -e "$work/schema.sql" ] || python3 "$here/whole_schema.py" >"$work/schema.sql"
  PGOPTIONS="-c motcua.prefix=shop -c motcua.training=${2:-on} -c client_min_messages=warning" \
    owner -d "$1" -1 -f "$work/schema.sql" >/dev/null
}
fresh() {  # fresh DB: migrated, with the small city and its people
  owner -d postgres -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1" 2>/dev/null
  migrate "$1"
  owner -d "$1" -f "$here/helpers.sql" -1 -f "$here/fixture.sql" -c "SELECT motcua.sync_roles()" >/dev/null
  owner -d "$1" -c "SELECT motcua.set_password(id, 'mật khẩu của ' || username) FROM motcua.staff" >/dev/null
}
doctor() {  # doctor DB: prints what it finds
  local f
  for f in "$root"/sql/queries/doctor_*.sql; do owner -d "$1" -f "$f"; done
}
check() {  # check NAME COMMAND...
  # Not in a condition, where bash would forget errexit.
  set +e; (set -e; "${@:2}") >"$work/out" 2>&1; local status=$?; set -e
  if [ $status = 0 ]; then echo "ok      $1"; else echo "FAILED  $1"; sed 's/^/        /' "$work/out"; failed=1; fi
}
wanted() { [ ${#only[@]} = 0 ] || [[ " ${only[*]} " == *" $1 "* ]]; }
only=("$@")

source "$here/cases.sh"
start one
for name in semantics pauses days attacks locks sessions moments rights gone administration services new_effect twins receptions numbers \
  conflicts any_version endings queries faults restore another_server plain_owner upgrade; do
  wanted $name && check $name "test_$name"
done
exit $failed
