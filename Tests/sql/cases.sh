# The tests, a function each, run in a subshell with errexit; run.sh gives them owner, staff, fresh, doctor.
healthy() { local found; found=$(doctor "$1"); [ -z "$found" ] || { echo "doctor finds: $found"; return 1; }; }

test_semantics() {
  fresh shop
  owner -d shop -f "$here/semantics.sql" >/dev/null
  healthy shop
}

test_pauses() {
  fresh shop
  owner -d shop -f "$here/pauses.sql" >/dev/null
  healthy shop
}

# What is true of a day, and for good, however the clock of a training installation was set.
test_days() {
  fresh shop
  owner -d shop -f "$here/days.sql" >/dev/null
  healthy shop
  # The day after an assignment ended nobody acted by it.
  [ -n "$(owner -d shop -c "UPDATE motcua.assignment SET valid_to = '2018-07-01' WHERE staff_id = 1" -f "$root/sql/queries/doctor_actors.sql")" ]
}

# The first wall falls: staff get the right to read the case tables. (motcua.build_walls raises it again.)
let_staff_read() {
  owner -d "$1" -c 'GRANT SELECT ON motcua.dossier, motcua.standing, motcua.application, motcua.dossier_event, motcua.document,
    motcua.payment, motcua.consultation, motcua.handover, motcua.portal_outbox, motcua.applicant TO shop_staff'
}

# With psql and their own password.
test_attacks() {
  fresh shop
  owner -d shop -c "SELECT motcua.set_training_clock('2018-07-02 09:00+07')" \
    -c "SELECT test.receive('lan', 111, 'Nguyễn Văn Hoà')" -c "SELECT test.receive('tuan', 121, 'Trần Văn Bé')" >/dev/null
  owner -d shop -c 'CREATE SCHEMA lair AUTHORIZATION shop_s_lan'
  staff lan -d shop -f "$here/attacks_clerk.sql" >/dev/null
  staff lan -d shop -f "$here/attacks_reading.sql" >/dev/null
  let_staff_read shop
  staff lan -d shop -f "$here/attacks_second_wall.sql" >/dev/null
  owner -d shop -c 'SELECT motcua.build_walls()' >/dev/null
  staff kiem -d shop -f "$here/attacks_auditor.sql" >/dev/null
  local who
  for who in shop_s_lan shop_s_cu shop_u_111 shop_o_1 shop_door shop_owner shop_admin; do
    if PGPASSWORD=wrong psql -X -w -h "$work/one.sock" -U $who -d shop -c 'SELECT 1' 2>/dev/null; then
      echo "$who logs in with a wrong password"; return 1
    fi
  done
  [ "$(owner -d shop -c 'SELECT count(*), sum(version) FROM motcua.dossier')" = '2|3' ]
  healthy shop
  staff lan -d shop -f "$here/attacks_settings.sql" >/dev/null
  healthy shop
}

# Nobody may make others wait for a dossier that they may not see, nor learn from waiting that it is there.
test_locks() {
  fresh shop
  local id; id=$(owner -d shop -c "SELECT test.receive('lan', 111, 'Nguyễn Văn Hoà')")
  local note="'note', 'received', '{\"text\":\"x\"}'" many="'{1}', '{note}', '{received}', ARRAY['{\"text\":\"x\"}']"
  # Tuấn, of another commune, tries and stays in the transaction; Lan does not wait.
  mkfifo "$work/tuan"; staff tuan -d shop -v ON_ERROR_STOP=0 <"$work/tuan" >"$work/tuan.out" 2>&1 & local tuan=$!
  exec 5>"$work/tuan"
  echo "BEGIN; SELECT sqlstate FROM motcua.act_many(ARRAY[$id], $many); SAVEPOINT s; SELECT motcua.act_on($id, 1, $note);
    ROLLBACK TO s; \\echo tried" >&5
  until grep -q tried "$work/tuan.out"; do sleep 0.1; done
  [ "$(grep -c MC001 "$work/tuan.out")" = 1 ] && grep -q 'that you may see' "$work/tuan.out"
  staff lan -d shop -c "SET lock_timeout = '2s'" -c "SELECT motcua.act_on($id, 1, $note)" >/dev/null
  exec 5>&-; wait $tuan
  # Lan holds it; Tuấn is answered at once, as for one that is not there, the auditor, who may not write to it, too, and
  # her colleague waits.
  owner -d shop -c "SELECT motcua.assign(10, 111, 'clerk')" >/dev/null
  mkfifo "$work/lan"; staff lan -d shop <"$work/lan" >"$work/lan.out" 2>&1 & local lan=$!
  exec 5>"$work/lan"
  echo "BEGIN; SELECT motcua.act_on($id, 2, $note); \\echo held" >&5
  until grep -q held "$work/lan.out"; do sleep 0.1; done
  staff tuan -d shop -c "SET lock_timeout = '300ms'" -c "SELECT test.refused('MC001', \$\$SELECT motcua.act_on($id, 2, $note)\$\$)" \
    -c "SELECT test.same('set form', (SELECT sqlstate FROM motcua.act_many(ARRAY[$id], $many)), 'MC001')" >/dev/null
  staff kiem -d shop -c "SET lock_timeout = '300ms'" -c "SELECT test.refused('MC004', \$\$SELECT motcua.act_on($id, 2, $note)\$\$)" >/dev/null
  staff sau -d shop -c "SET lock_timeout = '300ms'" -c "SELECT test.refused('55P03', \$\$SELECT motcua.act_on($id, 2, $note)\$\$)" >/dev/null
  exec 5>&-; wait $lan
  # An auditor may write nothing, and what is refused them they do not hold either.
  mkfifo "$work/kiem"; staff kiem -d shop <"$work/kiem" >"$work/kiem.out" 2>&1 & local kiem=$!
  exec 5>"$work/kiem"
  echo "BEGIN; SELECT sqlstate FROM motcua.act_many(ARRAY[$id], ${many/1/2}); \echo tried" >&5
  until grep -q tried "$work/kiem.out"; do sleep 0.1; done
  grep -q MC004 "$work/kiem.out"
  staff lan -d shop -c "SET lock_timeout = '2s'" -c "SELECT motcua.act_on($id, 2, $note)" >/dev/null
  exec 5>&-; wait $kiem
  # A session that somebody forgets does not hold a counter's number for long.
  [ "$(staff lan -d shop -c 'SHOW idle_in_transaction_session_timeout' -c 'SHOW lock_timeout' -c 'SHOW statement_timeout' | tr '\n' ' ')" = '1min 20s 10min ' ]
}

# What a session took on or saw before gives it nothing that is taken away meanwhile.
test_sessions() {
  fresh shop
  owner -d shop -c "SELECT motcua.set_training_clock('2018-07-20 09:00+07')" -c "SELECT test.receive('lan', 111, 'Nguyễn Văn Hoà')" \
    -c "SELECT motcua.set_capability(8, 'admin', true)" >/dev/null
  mkfifo "$work/auditor"; staff kiem -d shop -v ON_ERROR_STOP=0 <"$work/auditor" >"$work/auditor.out" 2>&1 & local kiem=$!
  mkfifo "$work/admin"; staff quan -d shop -v ON_ERROR_STOP=0 <"$work/admin" >"$work/admin.out" 2>&1 & local quan=$!
  exec 5>"$work/auditor" 6>"$work/admin"
  echo "SET ROLE shop_auditor; SELECT 'sees', count(*), motcua.acting_role() FROM motcua.dossier; \echo began" >&5
  echo "SET ROLE shop_admin; SELECT motcua.set_capability(7, 'auditor', true); \echo began" >&6
  until grep -q began "$work/auditor.out" && grep -q began "$work/admin.out"; do sleep 0.1; done
  grep -q 'sees|1|shop_auditor' "$work/auditor.out"
  owner -d shop -c "SELECT motcua.set_capability(7, 'auditor', false)" -c "SELECT motcua.set_capability(8, 'admin', false)" >/dev/null
  echo "SELECT 'sees', count(*), motcua.acting_role() FROM motcua.dossier; SELECT 'finds', count(*) FROM motcua.load('0001');
    SELECT 'events', count(*) FROM motcua.dossier_event; \echo ended" >&5
  echo "SELECT motcua.add_staff('ma', 'Ma'); SELECT motcua.set_capability(8, 'admin', true); SELECT motcua.set_active(1, false);
    SELECT motcua.set_password(1, 'mat khau moi'); SELECT motcua.assign(8, 111, 'clerk'); SELECT motcua.end_assignment(1, 111, 'clerk');
    SELECT motcua.publish_workflows('{1}'); \echo ended" >&6
  exec 5>&- 6>&-; wait $kiem; wait $quan
  grep -q 'sees|0|shop_s_kiem' "$work/auditor.out" && grep -q 'events|0' "$work/auditor.out"
  if grep -q 'finds|[1-9]' "$work/auditor.out"; then return 1; fi
  [ "$(grep -c 'is no administrator (any more)' "$work/admin.out")" = 7 ] || { cat "$work/admin.out"; return 1; }
  # Of what was so when a transaction began the door takes nothing for true.
  staff lan -d shop -c 'BEGIN ISOLATION LEVEL REPEATABLE READ' -c "SELECT test.refused('25001', format('SELECT motcua.receive(1, %L)', test.receipt(111, 'A')))" \
    -c "SELECT test.refused('25001', format('SELECT motcua.act_many(%L, %L, %L, %L, %L)', '{1}', '{1}', '{note}', '{received}', '{\"{}\"}'))" >/dev/null
  healthy shop
}

# A transaction kept open makes its events older than they are: the doctor sees it by the times of the commits.
test_moments() {
  owner -d postgres -c 'DROP DATABASE IF EXISTS real' -c 'CREATE DATABASE real' 2>/dev/null
  migrate real off
  owner -d real -c 'SET session_replication_role = replica' \
    -c "INSERT INTO motcua.dossier_event (dossier_id, seq, at, actor, unit, unit_to, workflow_version, action, from_state,
      to_state, payload, prev_hash, hash)
      SELECT 1, n, now() - n * interval '10 min', 1, 1, 1, 1, 'receive', '', '', '{}', '', '' FROM generate_series(1, 2) AS n" \
    -c 'BEGIN; SELECT pg_current_xact_id(); SAVEPOINT s; UPDATE motcua.dossier_event SET xid = DEFAULT WHERE seq = 2; COMMIT' >/dev/null
  owner -d real -f "$root/sql/queries/doctor_moments.sql" | grep -q '^1|event 2 says'
  [ "$(owner -d real -f "$root/sql/queries/doctor_moments.sql" | wc -l)" = 1 ]
  # Restored, nothing is known of it any more; and nothing is found by mistake, also where the transaction of the
  # restore happens to be called as one of old.
  owner -d real -c 'UPDATE motcua.dossier_event SET seq = seq + 2, xid = CASE seq WHEN 1 THEN xid ELSE pg_current_xact_id() END'
  [ -z "$(owner -d real -f "$root/sql/queries/doctor_moments.sql")" ]
  owner -d postgres -c 'DROP DATABASE real'
}

# What was given to somebody who has gone is everybody's again.
test_gone() {
  fresh shop
  owner -d shop -c "SELECT motcua.set_training_clock('2018-07-20 09:00+07')" \
    -c "SELECT motcua.assign(9, 111, 'clerk', '2018-07-20', '2018-08-01')" >/dev/null
  local id; id=$(owner -d shop -c "SELECT test.receive('lan', 111, 'Nguyễn Văn Hoà')")
  owner -d shop -c "SELECT test.step('lan', $id, 'assign', 'received', '{\"assignee\": 9}')" >/dev/null
  mine() { staff "$1" -d shop -c "SELECT count(*) FROM motcua.inbox_page(9, '-infinity', 0)"; }
  [ "$(mine lan) $(mine cu)" = '0 1' ]
  owner -d shop -c "SELECT motcua.set_active(9, false)" >/dev/null
  [ "$(mine lan)" = 1 ]
  owner -d shop -c "SELECT motcua.set_active(9, true)" >/dev/null
  [ "$(mine lan) $(mine cu)" = '0 1' ]
  owner -d shop -c "SELECT motcua.set_training_clock('2018-08-01 09:00+07')" >/dev/null
  [ "$(mine lan) $(mine cu)" = '1 0' ]
  owner -d shop -c 'SELECT motcua.settle_day()' >/dev/null
  healthy shop
}

# An assignment that has ended gives nothing, whether or not the day has been settled; one that begins needs that.
test_rights() {
  fresh shop
  owner -d shop -c "SELECT motcua.set_training_clock('2018-07-20 09:00+07')" >/dev/null
  local id; id=$(owner -d shop -c "SELECT test.receive('lan', 111, 'Nguyễn Văn Hoà')")
  let_staff_read shop
  owner -d shop -c "SELECT motcua.assign(9, 111, 'clerk', '2018-07-20', '2018-07-21')" \
    -c "SELECT motcua.assign(4, 111, 'clerk', '2018-07-25')" -c "SELECT motcua.assign(8, 1, 'leader', '2018-07-20', '2018-07-21')" >/dev/null
  # sees_as WHO ROLE WANTED: dossiers and events by the second wall, and what the door finds, tells and loads, for a
  # login that takes on a role
  sees_as() {
    local got; got=$(staff "$1" -d shop -v ON_ERROR_STOP=0 -c "SET ROLE $2" -c 'SELECT count(*) FROM motcua.dossier' \
      -c 'SELECT count(*) FROM motcua.dossier_event' -c "SELECT count(*) FROM motcua.dossiers_of_applicant('hoa', 9)" \
      -c "SELECT count(*) FROM motcua.events_of($id)" -c "SELECT count(*) FROM motcua.load('180720-0001')" 2>/dev/null | tr '\n' ' ') || true
    [ "$got" = "$3" ] || { echo "$1 as $2 sees $got, wanted $3"; return 1; }
  }
  sees_as cu shop_s_cu '1 1 1 1 1 '
  sees_as quan shop_s_quan '1 1 1 1 1 '
  owner -d shop -c "SELECT motcua.set_training_clock('2018-07-25 08:00+07')" >/dev/null
  sees_as cu shop_s_cu '0 0 0 0 '
  sees_as cu shop_u_111 ''
  sees_as quan shop_s_quan '0 0 0 0 '
  sees_as lan shop_s_lan '1 1 1 1 1 '
  staff cu -d shop -c "SELECT test.refused('MC001', 'SELECT motcua.act_on($id, 1, ''note'', ''received'', ''{}'')')" >/dev/null
  sees_as tuan shop_s_tuan '0 0 0 0 1 '
  # The first of the day settles it, once, and not in a transaction that only reads; nobody waits for another.
  [ "$(staff lan -d shop -c 'BEGIN READ ONLY' -c 'SELECT motcua.settle_day()' -c COMMIT)" = f ]
  mkfifo "$work/rights"; staff lan -d shop <"$work/rights" >"$work/rights.out" 2>&1 & local lan=$!
  exec 5>"$work/rights"
  echo 'BEGIN; SELECT motcua.settle_day();' >&5
  until grep -q t "$work/rights.out"; do sleep 0.1; done
  [ "$(staff tuan -d shop -c "SET lock_timeout = '300ms'" -c 'SELECT motcua.settle_day()')" = f ]
  echo 'COMMIT;' >&5; exec 5>&-; wait $lan
  [ "$(staff tuan -d shop -c 'SELECT motcua.settle_day()')" = f ]
  [ "$(owner -d shop -c "SELECT pg_has_role('shop_s_cu', 'shop_u_111', 'USAGE'), pg_has_role('shop_s_quan', 'shop_o_1', 'USAGE')")" = 'f|f' ]
  sees_as tuan shop_s_tuan '1 1 1 1 1 '
  owner -d shop -c 'SELECT motcua.build_walls()' >/dev/null
  healthy shop
}

test_administration() {
  fresh shop
  staff quan -d shop -f "$here/administration.sql" >/dev/null
  healthy shop
}

test_services() {
  fresh shop
  owner -d shop -f "$here/services.sql" >/dev/null
  healthy shop
}

test_new_effect() {
  fresh shop
  owner -d shop -f "$here/new_effect.sql" >/dev/null
  healthy shop
}

test_twins() {
  fresh shop
  owner -d shop -v seed="${SEED:-$RANDOM}" -f "$here/twins.sql"
  healthy shop
}

test_receptions() {
  fresh shop
  owner -d shop -v seed="${SEED:-$RANDOM}" -f "$here/receptions.sql"
  healthy shop
}

# Eight clerks at one counter, a fifth of their receptions rolled back: the register has no gap. (The agency's code has
# what separates the parts of a dossier's.)
test_numbers() {
  fresh shop
  owner -d shop -c "UPDATE motcua.unit SET agency_code = 'H26-1-1' WHERE id = 111"
  local i pids=()
  for i in 1 2 3 4 5 6 7 8; do
    staff lan -d shop -f "$here/numbers.sql" >/dev/null & pids+=($!)
  done
  for i in "${pids[@]}"; do wait "$i"; done
  [ "$(owner -d shop -c "SELECT count(*), count(DISTINCT code), max(split_part(code, '-', -1)::int) FROM motcua.dossier")" = '320|320|320' ]
  healthy shop
}

# Eight writers on the same dossiers, one by one and in batches: every version is one event, each lost race is told.
test_conflicts() {
  fresh shop
  owner -d shop -c "SELECT count(*) FROM (SELECT test.receive('lan', 111, 'Người ' || n) FROM generate_series(1, 10) n) x" >/dev/null
  local i pids=()
  for i in 1 2 3 4 5 6 7 8; do
    staff lan -d shop -f "$here/conflicts.sql" >"$work/conflicts.$i" & pids+=($!)
  done
  for i in "${pids[@]}"; do wait "$i"; done
  local won lost; won=$(cat "$work"/conflicts.* | grep -c '^won$'); lost=$(cat "$work"/conflicts.* | grep -c '^MC002$')
  [ $((won + lost)) = 1600 ] || { echo "won $won, lost $lost"; return 1; }
  [ "$lost" -gt 0 ] || { echo "nobody ever lost a race: the test tests nothing"; return 1; }
  [ "$(owner -d shop -c 'SELECT sum(version) - 10 FROM motcua.dossier')" = "$won" ]
  healthy shop
}

# Where the version does not matter nobody loses a race: three write remarks on one dossier at once, by its code.
test_any_version() {
  fresh shop
  local id code i pids=(); id=$(owner -d shop -c "SELECT test.receive('lan', 111, 'Nguyễn Văn Hoà')")
  code=$(owner -d shop -c "SELECT code FROM motcua.dossier")
  for i in 1 2 3; do
    for n in $(seq 100); do echo "SELECT motcua.act('$code', NULL, 'note', 'received', '{\"text\": \"$i $n\"}', '$i/$n');"; done |
      staff lan -d shop >/dev/null & pids+=($!)
  done
  for i in "${pids[@]}"; do wait "$i"; done
  [ "$(owner -d shop -c "SELECT version FROM motcua.dossier")" = 301 ]
  # An id that cannot be one, and somebody who is nobody, are told so.
  staff lan -d shop -c "SELECT test.refused('MC010', \$\$SELECT motcua.act('$code', NULL, 'note', 'received', '{\"text\": \"x\"}', '')\$\$)" \
    -c "SELECT test.same('the others of a set', (SELECT string_agg(coalesce(a.sqlstate, 'done'), ' ') FROM motcua.act_many('{$id,$id}', '{301,301}', '{note,note}', '{received,received}',
      ARRAY['{\"text\": \"x\"}', '{\"text\": \"y\"}'], ARRAY[repeat('x', 201), 'good']) AS a), 'MC010 MC002')" \
    -c "SELECT test.same('of receptions', (SELECT string_agg(coalesce(a.sqlstate, 'done'), ' ') FROM motcua.receive_many('{1,1}',
      ARRAY[test.receipt(111, 'A'), test.receipt(111, 'B')], '{\"\",b}') AS a), 'MC010 done')" >/dev/null
  # What is sent again beside something new, and what is sent twice at once.
  staff lan -d shop -c "SELECT test.same('replay and more', (SELECT string_agg(coalesce(a.sqlstate, a.seq::text), ' ') FROM motcua.act_many('{$id,$id,$id}',
      '{301,302,301}', '{note,note,note}', '{received,received,received}', ARRAY['{\"text\": \"a\"}', '{\"text\": \"b\"}', '{\"text\": \"a\"}'],
      '{one,two,one}') AS a), '302 MC002 MC016')" \
    -c "SELECT test.same('again', (SELECT string_agg(coalesce(a.sqlstate, a.seq::text), ' ') FROM motcua.act_many('{$id,$id}',
      '{301,302}', '{note,note}', '{received,received}', ARRAY['{\"text\": \"a\"}', '{\"text\": \"b\"}'], '{one,two}', true) AS a), '302 303')" >/dev/null
  owner -d shop -c "SELECT test.refused('MC007', \$\$SELECT motcua.act('$code', NULL, 'note', 'received', '{\"text\": \"x\"}', 'q')\$\$)" >/dev/null
  healthy shop
}

# Among a hundred thousand dossiers that end alike, a short ending is found among a counter's own, or a longer one asked for.
test_endings() {
  fresh shop
  local id; id=$(owner -d shop -c "SELECT test.receive('lan', 111, 'Nguyễn Văn Hoà')")
  owner -d shop -c "SET session_replication_role = replica" \
    -c "INSERT INTO motcua.application (dossier_id, received_at, fee_due, paid, reception, address, code, procedure_code, channel, applicant_name, applicant_search, applicant_rev, applicant, data)
      SELECT dossier_id + n, received_at, fee_due, paid, 121, address, 'H26.2.1-' || lpad(n::text, 6, '0') || '-0001', procedure_code, channel, applicant_name, applicant_search, applicant_rev, applicant, data
        FROM motcua.application, generate_series(1, 100000) AS n" \
    -c "INSERT INTO motcua.standing SELECT (x.s).* FROM (SELECT (jsonb_populate_record(s, jsonb_build_object('dossier_id', s.dossier_id + n, 'holder', 121, 'waits_at', 121, 'participants', '[121]'::jsonb))) AS s
        FROM motcua.standing s, generate_series(1, 100000) AS n) AS x" \
    -c "ANALYZE motcua.application, motcua.standing" >/dev/null
  [ "$(staff lan -d shop -c "SELECT dossier_id FROM motcua.load('0001')")" = "$id" ]
  [ "$(staff tuan -d shop -c "SELECT test.refused('MC001', 'SELECT motcua.load(''0001'')')" -c "SELECT code FROM motcua.load('000777-0001')" | tail -n 1)" = 'H26.2.1-000777-0001' ]
  # Looked at on the way: not every dossier that ends so.
  local read; read=$(staff lan -d shop -c "EXPLAIN (ANALYZE, BUFFERS, FORMAT json) SELECT dossier_id FROM motcua.load('0001')" | python3 -c '
import json, sys
plan = json.load(sys.stdin)[0]["Plan"]; print(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])')
  [ "$read" -lt 20000 ] || { echo "load reads $read blocks"; return 1; }
}

test_queries() {
  fresh shop
  owner -d shop -f "$here/semantics.sql" >/dev/null
  cd "$root/sql/queries"
  owner -d shop -f "$here/queries.sql" >/dev/null
}

# Each fault, planted by a superuser in a transaction that is rolled back, is found by the query for it.
test_faults() {
  fresh shop
  owner -d shop -f "$here/semantics.sql" >/dev/null
  local query fault found
  while IFS='|' read -r query fault; do
    case $query in ''|'#'*) continue;; esac
    found=$( { echo "BEGIN; SET LOCAL session_replication_role = replica; $fault;"; cat "$root/sql/queries/doctor_$query.sql"; echo 'ROLLBACK;'; } | owner -d shop)
    [ -n "$found" ] || { echo "doctor_$query does not find: $fault"; return 1; }
  done <"$here/faults.txt"
  local f
  for f in "$root"/sql/queries/doctor_*.sql; do
    # (The moments are test_moments' own: here the clock is a training clock.)
    f=${f##*/doctor_}; [ "$f" = moments.sql ] || grep -q "^${f%.sql}|" "$here/faults.txt" || { echo "no fault is planted for doctor_$f"; return 1; }
  done
  healthy shop
}

work_a_day() {  # work_a_day DB: the shop works
  owner -d "$1" -c "SELECT motcua.set_training_clock('2018-07-04 09:00+07')" >/dev/null
  staff lan -d "$1" -c "SELECT * FROM motcua.receive(1, test.receipt(111, 'Sau khi khôi phục'))" \
    -c "SELECT * FROM motcua.load('180704-0001')" \
    -c "SELECT a.* FROM motcua.load('180704-0001') l, LATERAL motcua.act_on(l.dossier_id, 1, 'forward', 'appraisal', '{}') a" >/dev/null
  [ "$(staff tuan -d "$1" -c "SELECT count(*) FROM motcua.dossiers_of_applicant('sau khi khoi phuc', 9)")" = 0 ]
  [ "$(staff lan -d "$1" -c "SELECT count(*) FROM motcua.dossiers_of_applicant('sau khi khoi phuc', 9)")" = 1 ]
  healthy "$1"
}

test_restore() {
  fresh shop
  owner -d shop -f "$here/semantics.sql" >/dev/null
  owner -d postgres -c 'DROP DATABASE IF EXISTS shop2' -c 'CREATE DATABASE shop2' 2>/dev/null
  "$bin/pg_dump" -h "$work/one.sock" -U postgres shop | owner -d shop2 >/dev/null
  work_a_day shop2
}

# Elsewhere the roles are not there: the dump complains of that alone, and two calls put everything right.
test_another_server() {
  fresh shop
  owner -d shop -f "$here/semantics.sql" >/dev/null
  start two
  "$bin/pg_dump" -h "$work/one.sock" -U postgres shop >"$work/dump.sql"
  export CLUSTER=two
  owner -d postgres -c 'CREATE DATABASE shop'
  owner -d shop -v ON_ERROR_STOP=0 -f "$work/dump.sql" >/dev/null 2>"$work/complaints"
  if grep ERROR "$work/complaints" | grep -v 'role "shop_[a-z]*" does not exist'; then return 1; fi
  [ "$(owner -d shop -c 'SELECT motcua.is_unsettled()')" = t ]
  owner -d shop -c 'SELECT motcua.build_walls()' -c 'SELECT motcua.sync_roles()' \
    -c "SELECT motcua.set_password(id, 'mật khẩu của ' || username) FROM motcua.staff" >/dev/null
  [ "$(owner -d shop -c 'SELECT motcua.is_unsettled()')" = f ]
  work_a_day shop
  unset CLUSTER
}

# On a server that others run, the migrations need no superuser: a role that may create roles, and its database.
test_plain_owner() {
  owner -d postgres -c "DROP DATABASE IF EXISTS shop3" -c "DROP ROLE IF EXISTS keeper" \
    -c "CREATE ROLE keeper LOGIN CREATEROLE PASSWORD 'keeper'" -c "CREATE DATABASE shop3 OWNER keeper"
  keeper() { PGPASSWORD=keeper psql -X -q -At -v ON_ERROR_STOP=1 -h "$work/one.sock" -U keeper -d shop3 "$@"; }
  PGOPTIONS="-c motcua.prefix=shop3 -c motcua.training=on -c client_min_messages=warning" \
    keeper -1 -f "$work/schema.sql" >/dev/null
  keeper -1 -f "$here/helpers.sql" -f "$here/fixture.sql" -c "SELECT motcua.sync_roles()" >/dev/null
  keeper -c "SELECT motcua.set_password(1, 'mật khẩu của lan')" -c "SELECT motcua.build_walls()" \
    -c "SELECT motcua.set_training_clock('2018-07-04 09:00+07')" >/dev/null
  local lan; lan=$(PGPASSWORD='mật khẩu của lan' psql -X -q -At -v ON_ERROR_STOP=1 -h "$work/one.sock" -U shop3_s_lan -d shop3 \
    -c "SELECT code FROM motcua.receive(1, test.receipt(111, 'Ở máy chủ khác'))")
  [ "$lan" = 'H26.1.1-180704-0001' ]
  # Where everybody may create in public, the walls close it, or say who can.
  owner -d shop3 -c 'GRANT CREATE ON SCHEMA public TO PUBLIC'
  keeper -c 'SELECT motcua.build_walls()' >/dev/null
  [ "$(owner -d shop3 -c "SELECT has_schema_privilege('shop3_s_lan', 'public', 'CREATE')")" = f ]
  owner -d shop3 -c 'ALTER SCHEMA public OWNER TO postgres' -c 'GRANT CREATE ON SCHEMA public TO PUBLIC'
  keeper -c "SELECT test.refused('42501', 'SELECT motcua.build_walls()')" >/dev/null
  # What only the schema's owner can close, the doctor finds until they have.
  ! healthy shop3 >/dev/null 2>&1
  owner -d shop3 -c 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'
  healthy shop3
  # An upgrade needs no superuser either.
  python3 "$here/whole_schema.py" again >"$work/again.sql"
  keeper -c 'DROP FUNCTION test.step, test.row_of' -c 'SET client_min_messages = warning' -1 -f "$work/again.sql" >/dev/null
  healthy shop3
}

# The functions are put in place again while people work: no deadlock, nobody waits behind somebody idle, and what
# others have built is not dropped in silence.
test_upgrade() {
  fresh shop
  python3 "$here/whole_schema.py" again >"$work/again.sql"
  upgrade() { PGOPTIONS="-c motcua.patience=${1:-60s}" owner -d shop -1 -f "$work/again.sql" 2>&1; }
  # (The functions of the tests are others' work, too.)
  local found; found=$(upgrade && echo through) || true
  [[ $found = *'would be lost: function test.row_of('* && $found != *through* ]] || { echo "$found"; return 1; }
  owner -d shop -c 'DROP FUNCTION test.step, test.row_of'
  owner -d shop -c 'CREATE SCHEMA report' -c 'CREATE VIEW report.open AS SELECT code FROM motcua.dossier WHERE ended_at IS NULL' \
    -c 'CREATE TABLE report.kept (d motcua.refusal, n text DEFAULT motcua.prefix())' \
    -c "CREATE FUNCTION report.one(motcua.dossier) RETURNS int LANGUAGE sql AS 'SELECT 1'"
  found=$(upgrade) || true
  [[ $found = *'function report.one('*'table report.kept'*'view report.open'* ]] || { echo "$found"; return 1; }
  owner -d shop -c 'DROP FUNCTION report.one' -c 'DROP VIEW report.open' -c 'ALTER TABLE report.kept DROP d'
  upgrade
  [ "$(owner -d shop -c 'INSERT INTO report.kept DEFAULT VALUES RETURNING n')" = shop ]
  healthy shop

  # Somebody idle holds what is needed: the others work on meanwhile, and who is in the way is told.
  local id; id=$(owner -d shop -c "SELECT test.receive('lan', 111, 'Nguyễn Văn Hoà')")
  local step="SELECT motcua.act_on($id, (SELECT d.version FROM motcua.load_many('{$id}') d), 'note', 'received', '{\"text\":\"x\"}')"
  mkfifo "$work/idle"; staff kiem -d shop <"$work/idle" >"$work/idle.out" 2>&1 & local idle=$!
  exec 5>"$work/idle"
  echo "BEGIN; SELECT count(*) FROM motcua.load_many('{$id}'); \echo began" >&5
  until grep -q began "$work/idle.out"; do sleep 0.1; done
  upgrade 3s >"$work/told" & local blocked=$!
  local n
  for n in 1 2 3 4; do staff lan -d shop -c "SET lock_timeout = '2s'" -c "$step" >/dev/null; done
  ! wait $blocked
  grep -q 'worked on this installation without a pause' "$work/told" && grep -q 'shop_s_kiem' "$work/told"
  exec 5>&-; wait $idle

  # Somebody is in the middle of something, and needs what the upgrade would have by now: both end well.
  mkfifo "$work/lan"; staff lan -d shop <"$work/lan" >"$work/lan.out" 2>&1 & local lan=$!
  exec 5>"$work/lan"
  local version; version=$(owner -d shop -c 'SELECT version FROM motcua.standing')
  echo "BEGIN; SELECT motcua.act_on($id, $version, 'note', 'received', '{\"text\":\"x\"}'); \echo held" >&5
  until grep -q held "$work/lan.out"; do sleep 0.1; done
  upgrade & local upgrade=$!
  until [ "$(owner -d shop -c 'SELECT count(*) FROM pg_locks WHERE NOT granted')" != 0 ]; do sleep 0.05; done
  echo "SELECT 'found', count(*) FROM motcua.dossiers_of_applicant('nguyen', 9); SELECT count(*) FROM motcua.load_many('{$id}'); COMMIT;" >&5
  exec 5>&-; wait $lan; wait $upgrade
  grep -q 'found|1' "$work/lan.out"

  # Under load. (What a call had found before may be gone when it goes on; programs ask again, psql does not.)
  : >"$work/go"
  local i pids=()
  for i in 1 2 3; do
    (while [ -e "$work/go" ]; do
      for n in $(seq 40); do
        echo "$step;"
        echo "SELECT count(*) FROM motcua.load_many('{$id}'); SELECT count(*) FROM motcua.inbox_page(9, '-infinity', 0); SELECT count(*) FROM motcua.events_of($id);"
      done | PGOPTIONS='-c client_min_messages=error' staff lan -d shop -v ON_ERROR_STOP=0 -v VERBOSITY=sqlstate 2>>"$work/load.errors" >/dev/null || true
    done) & pids+=($!)
  done
  local status=0
  for n in 1 2 3 4 5; do upgrade || status=1; done
  rm "$work/go"
  for i in "${pids[@]}"; do wait "$i"; done
  [ $status = 0 ]
  sort "$work/load.errors" | uniq -c >"$work/load.counts"
  # A step of somebody who was quicker is no error of the upgrade's.
  if grep -vE 'MC002|XX000|42883' "$work/load.counts"; then return 1; fi
  healthy shop
}
