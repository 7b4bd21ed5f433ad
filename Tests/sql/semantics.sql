-- The nine rules of the contract, one by one, on a training clock. Run by the owner, acting as staff.
-- One file, though a long one: the clock goes on from rule to rule, and later ones use the dossiers of earlier ones.
SET TimeZone = 'Asia/Ho_Chi_Minh';
SELECT motcua.set_training_clock('2018-07-02 09:00+07');  -- a Monday

-- 1. receive
DO $$
DECLARE id bigint; d motcua.dossier; e motcua.dossier_event;
BEGIN
  id := test.receive('lan', 111, 'Nguyễn Văn Hoà');
  d := test.row_of(id);
  PERFORM test.same('code', d.code, 'H26.1.1-180702-0001'::text COLLATE "C");
  PERFORM test.same('id is of its month', id / 1000000000000, 201807::bigint);
  PERFORM test.same('state', d.state, 'received'); PERFORM test.same('holder', d.holder, 111);
  PERFORM test.same('due', d.due_at, '2018-07-23 17:00+07'::timestamptz);
  PERFORM test.same('step due', date_trunc('minute', d.step_due), '2018-07-02 14:00+07'::timestamptz);
  PERFORM test.same('portal', d.portal_status, 2::smallint);
  PERFORM test.same('outbox', (SELECT count(*) FROM motcua.portal_outbox o WHERE o.dossier_id = id), 1::bigint);
  PERFORM test.same('timers', (SELECT count(*) FROM test.timer t WHERE t.dossier_id = id), 2::bigint);
  SELECT * INTO e FROM motcua.dossier_event x WHERE x.dossier_id = id;
  PERFORM test.same('event', (e.seq, e.actor, e.login, e.unit, e.action, e.from_state, e.to_state, e.target_state, e.unit_to)::text,
    format('(1,1,%s,111,receive,"",received,"",111)', session_user));
  PERFORM test.same('code is hashed', e.payload ->> 'code', d.code::text);
  PERFORM test.same('first of the chain', e.prev_hash, decode(repeat('00', 32), 'hex'));
  -- received after 15:00: counted as of the next working morning
  PERFORM motcua.set_training_clock('2018-07-02 15:30+07');
  d := test.row_of(test.receive('lan', 111, 'Trần Hoà'));
  PERFORM test.same('late reception', d.step_due, '2018-07-03 12:00+07'::timestamptz);
  PERFORM test.same('no legal time, no due', (test.row_of(test.receive('lan', 111, 'A', 2, 121))).due_at, NULL::timestamptz);
  PERFORM motcua.set_training_clock('2018-07-02 09:00+07');
  -- where it cannot be received
  PERFORM test.as_staff('minh');
  PERFORM test.refused('MC012', $q$SELECT motcua.receive(1, test.receipt(11, 'A'))$q$);
  PERFORM test.refused('MC012', $q$SELECT motcua.receive(1, test.receipt(122, 'A'))$q$);
  PERFORM test.refused('MC012', $q$SELECT motcua.receive(1, test.receipt(111, 'A', '2.000001'))$q$);
  PERFORM test.refused('MC012', $q$SELECT motcua.receive(99, test.receipt(111, 'A'))$q$);
  PERFORM test.refused('MC004', $q$SELECT motcua.receive(1, test.receipt(111, 'A'))$q$);
  PERFORM test.as_staff('cu');
  PERFORM test.refused('MC004', $q$SELECT motcua.receive(1, test.receipt(111, 'A'))$q$);
  PERFORM test.as_staff('lan');
  PERFORM test.refused('MC010', $q$SELECT motcua.receive(1, '{')$q$);
  PERFORM test.refused('MC010', $q$SELECT motcua.receive(1, '[]')$q$);
  PERFORM test.refused('MC010', $q$SELECT motcua.receive(1, test.receipt(111, ' '))$q$);
  PERFORM test.refused('MC010', format('SELECT motcua.receive(1, %L)', normalize(test.receipt(111, 'Hoà'), NFD)));
  PERFORM test.refused('MC010', format('SELECT motcua.receive(1, %L)', replace(test.receipt(111, 'Ho@'), '@', 'a\u0300')));
  PERFORM test.refused('MC010', format('SELECT motcua.receive(1, %L)', replace(test.receipt(111, 'A'), '75000', '-1')));
  PERFORM test.refused('MC010', format('SELECT motcua.receive(1, %L)', replace(test.receipt(111, 'A'), 'counter', 'dove')));
  PERFORM test.refused('MC010', format('SELECT motcua.receive(1, %L)', regexp_replace(test.receipt(111, 'A'), '^.', '{"code":"H26-1",')));
  PERFORM test.refused('MC010', $q$SELECT motcua.receive(1, test.receipt(111, 'A', '1.013225', 777))$q$);
  RESET ROLE;
  PERFORM test.same('a refused reception takes no number', (SELECT last FROM motcua.dossier_number WHERE agency_code = 'H26.1.1'), 3);
END
$$;

-- 2 to 5: on through the district and the city, and back
DO $$
DECLARE id bigint; d motcua.dossier; h motcua.handover; a motcua.appended;
BEGIN
  id := test.receive('lan', 111, 'Lê Thị Mai');
  PERFORM test.refused('MC003', format('SELECT test.step(''lan'', %s, ''sign'', ''ready'')', id));
  PERFORM test.refused('MC003', format('SELECT test.step(''lan'', %s, ''forward'', ''signing'')', id));
  PERFORM test.refused('MC008', format('SELECT test.step(''lan'', %s, ''take'', ''appraisal'')', id));
  PERFORM test.refused('MC001', format('SELECT test.step(''tuan'', %s, ''forward'', ''appraisal'')', id));
  PERFORM motcua.set_training_clock('2018-07-02 10:00+07');
  a := test.step('lan', id, 'forward', 'appraisal');
  d := test.row_of(id);
  PERFORM test.same('sender stays the holder', (d.state, d.holder, d.pending_state, d.pending_unit, d.pending_back)::text, '(received,111,appraisal,11,f)');
  PERFORM test.same('event of a handover', (a.to_state, a.target_state, a.unit_to)::text, '(received,appraisal,11)');
  PERFORM test.same('the receiver has no part in it yet', d.participants, '{111}'::int[]);
  PERFORM test.same('but sees it', test.sees('minh', id), 'row events load');
  PERFORM test.same('others do not', test.sees('tuan', id), '');
  -- 4. while pending
  PERFORM test.refused('MC008', format('SELECT test.step(''lan'', %s, ''pay'', ''received'', ''{"payment":{"amount":1,"method":"cash"}}'')', id));
  PERFORM test.refused('MC008', format('SELECT test.step(''lan'', %s, ''forward'', ''appraisal'')', id));
  PERFORM test.refused('MC004', format('SELECT test.step(''lan'', %s, ''take'', ''appraisal'')', id));
  PERFORM test.refused('MC004', format('SELECT test.step(''minh'', %s, ''recall'', ''received'')', id));
  PERFORM test.refused('MC004', format('SELECT test.step(''dung'', %s, ''take'', ''appraisal'')', id));
  PERFORM test.refused('MC010', format('SELECT test.step(''minh'', %s, ''decline'', ''received'')', id));
  PERFORM test.step('lan', id, 'note', 'received', '{"text":"gửi kèm bản vẽ"}');
  PERFORM test.same('a note changes nothing', (test.row_of(id)).pending_unit, 11);
  PERFORM motcua.set_training_clock('2018-07-03 08:30+07');
  PERFORM test.step('minh', id, 'decline', 'received', '{"reason":"thiếu bản vẽ"}');
  d := test.row_of(id);
  PERFORM test.same('declined', (d.state, d.holder, d.pending_unit)::text, '(received,111,)');
  PERFORM test.same('who declined it sees it no more', test.sees('minh', id), '');
  PERFORM test.same('step starts again', date_trunc('minute', d.step_due), '2018-07-03 13:30+07'::timestamptz);
  SELECT * INTO h FROM motcua.handover x WHERE x.dossier_id = id;
  PERFORM test.same('line of the handover', (h.from_unit, h.to_unit, h.result, h.sent_by, h.closed_by, h.reason)::text, '(111,11,declined,1,2,"thiếu bản vẽ")');
  PERFORM test.step('lan', id, 'forward', 'appraisal');
  PERFORM test.step('lan', id, 'recall', 'received');
  PERFORM test.same('recalled', (SELECT result FROM motcua.handover x WHERE x.dossier_id = id ORDER BY seq DESC LIMIT 1), 'recalled');
  PERFORM test.same('nor does whom it was recalled from', (test.sees('minh', id), (test.row_of(id)).participants)::text, '("",{111})');
  PERFORM test.step('lan', id, 'forward', 'appraisal');
  PERFORM motcua.set_training_clock('2018-07-03 09:00+07');
  PERFORM test.step('minh', id, 'take', 'appraisal');
  d := test.row_of(id);
  PERFORM test.same('taken', (d.state, d.holder, d.pending_unit, d.trail_states, d.trail_units, d.portal_status)::text, '(appraisal,11,,{received},{111},4)');
  PERFORM test.same('step due of appraisal', d.step_due, '2018-07-13 17:00+07'::timestamptz);
  PERFORM test.same('participants', d.participants, '{111,11}'::int[]);
  PERFORM test.same('both see it', (test.sees('minh', id), test.sees('lan', id))::text, '("row events load","row events load")');
  -- 6. assign
  PERFORM test.refused('MC007', format('SELECT test.step(''minh'', %s, ''assign'', ''appraisal'', ''{"assignee":1}'')', id));
  PERFORM test.refused('MC010', format('SELECT test.step(''minh'', %s, ''assign'', ''appraisal'')', id));
  -- who is no member of staff does nothing, with a request's id or without
  PERFORM test.refused('MC007', format('SELECT motcua.act(%L, NULL, %L, ''appraisal'', %L, %L)', (test.row_of(id)).code, q.action, q.payload, r))
    FROM (VALUES ('note', '{"text":"x"}'), ('attach', '{"documents":[{"name":"x"}]}')) AS q (action, payload), unnest('{NULL,x}'::text[]) AS r;
  PERFORM test.step('minh', id, 'assign', 'appraisal', '{"assignee":10}');
  PERFORM test.same('assigned', (test.row_of(id)).assignee, 10);
  -- 5. clock: the supplement stands still, once only
  PERFORM test.refused('MC010', format('SELECT test.step(''minh'', %s, ''supplement'', ''supplementing'')', id));
  PERFORM test.step('minh', id, 'supplement', 'supplementing', '{"reason":"thiếu giấy tờ đất"}');
  d := test.row_of(id);
  PERFORM test.same('paused', (d.state, d.holder, d.clock, d.step_due, d.assignee)::text, '(supplementing,11,paused,,)');
  PERFORM test.same('no timer while paused', (SELECT count(*) FROM test.timer t WHERE t.dossier_id = id), 0::bigint);
  PERFORM motcua.set_training_clock('2018-07-05 09:00+07');
  PERFORM test.step('minh', id, 'supplemented', 'appraisal');
  d := test.row_of(id);
  PERFORM test.same('resumed two working days later', (d.state, d.clock, d.due_at, d.trail_states)::text, '(appraisal,running,"2018-07-25 17:00:00+07",{received})');
  PERFORM test.same('pause is over', d.paused_at, NULL::timestamptz);
  PERFORM test.refused('MC006', format($q$SELECT test.step('minh', %s, 'supplement', 'supplementing', '{"reason":"x"}')$q$, id));
  -- 7. extend
  PERFORM test.refused('MC010', format($q$SELECT test.step('minh', %s, 'extend', 'appraisal', '{"until":"2018-07-25T17:00:00+07:00"}')$q$, id));
  PERFORM test.refused('MC010', format($q$SELECT test.step('minh', %s, 'extend', 'appraisal', '{"until":"2019-07-25T17:00:00+07:00"}')$q$, id));
  PERFORM test.refused('MC010', format($q$SELECT test.step('minh', %s, 'extend', 'appraisal', '{"until":"2018-07-30T17:00:00"}')$q$, id));
  PERFORM test.refused('MC010', format($q$SELECT test.step('minh', %s, 'extend', 'appraisal', '{"until":"2018-13-30T17:00:00Z"}')$q$, id));
  PERFORM test.step('minh', id, 'extend', 'appraisal', '{"until":"2018-07-30T10:00:00Z","reason":"chờ ý kiến"}');
  PERFORM test.same('extended', (test.row_of(id)).due_at, '2018-07-30 17:00+07'::timestamptz);
  PERFORM test.refused('MC006', format($q$SELECT test.step('minh', %s, 'extend', 'appraisal', '{"until":"2018-08-02T10:00:00Z"}')$q$, id));
  -- 5, 8. consultations
  PERFORM test.step('minh', id, 'consult', 'consulted');
  d := test.row_of(id);
  PERFORM test.same('asked', (d.consulted, d.participants)::text, '("{2,13}","{111,11,2,13}")');
  PERFORM test.refused('MC004', format($q$SELECT test.step('minh', %s, 'answer', 'consulted', '{"opinion":"agree"}')$q$, id));
  PERFORM test.refused('MC010', format($q$SELECT test.step('binh', %s, 'answer', 'consulted', '{"opinion":"maybe"}')$q$, id));
  a := test.step('binh', id, 'answer', 'consulted', '{"opinion":"disagree","text":"vượt tầng cao"}');
  PERFORM test.same('acted for the consulted unit', a.unit, 2);
  PERFORM test.refused('MC004', format($q$SELECT test.step('binh', %s, 'answer', 'consulted', '{"opinion":"agree"}')$q$, id));
  PERFORM test.step('minh', id, 'submit', 'signing');
  PERFORM test.same('still awaited while on its way', (test.row_of(id)).consulted, '{13}'::int[]);
  PERFORM test.step('hoa', id, 'take', 'signing');
  PERFORM test.same('silence lapses', (SELECT string_agg(status, ',' ORDER BY unit_id) FROM motcua.consultation c WHERE c.dossier_id = id), 'answered,lapsed');
  -- 3. back: the trail says where to
  PERFORM test.refused('MC005', format($q$SELECT test.step('hoa', %s, 'send_back', 'appraisal', '{"reason":"x"}')$q$, id));
  PERFORM test.step('hoa', id, 'send_back', 'consulted', '{"reason":"chưa rõ"}');
  d := test.row_of(id);
  PERFORM test.same('goes back by a handover', (d.state, d.holder, d.pending_state, d.pending_unit, d.pending_back)::text, '(signing,1,consulted,11,t)');
  PERFORM test.step('minh', id, 'take', 'consulted');
  d := test.row_of(id);
  PERFORM test.same('trail is shorter', (d.trail_states, d.trail_units)::text, '("{received,appraisal}","{111,11}")');
  PERFORM test.same('asked again', d.consulted, '{2,13}'::int[]);
  PERFORM test.step('minh', id, 'send_back', 'appraisal', '{"reason":"không cần hỏi"}');
  PERFORM test.same('within the unit at once', ((test.row_of(id)).state, (test.row_of(id)).trail_states)::text, '(appraisal,{received})');
  PERFORM test.step('minh', id, 'submit', 'signing');
  PERFORM test.step('hoa', id, 'take', 'signing');
  -- 8. pay, attach, amend, note
  PERFORM test.step('hoa', id, 'sign', 'ready', '{"signature":{"number":"12/GPXD"}}');
  PERFORM test.step('lan', id, 'take', 'ready');
  d := test.row_of(id);
  PERFORM test.same('stopped', (d.clock, d.step_due, d.finished_at = d.changed_at, d.portal_status)::text, '(stopped,,t,9)');
  PERFORM test.step('lan', id, 'reopen', 'received', '{"reason":"sai tên"}');
  PERFORM test.same('not finished any more', (test.row_of(id)).finished_at, NULL::timestamptz);
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'pay', 'received', '{"payment":{"amount":0,"method":"cash"}}')$q$, id));
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'pay', 'received', '{"payment":{"amount":-5,"method":"cash"}}')$q$, id));
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'pay', 'received', '{"payment":{"amount":1.5,"method":"cash"}}')$q$, id));
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'pay', 'received', '{"payment":{"amount":"5","method":"cash"}}')$q$, id));
  PERFORM test.step('lan', id, 'pay', 'received', '{"payment":{"amount":50000,"method":"cash","receipt":"AA/18P 0001"}}');
  PERFORM test.step('lan', id, 'pay', 'received', '{"payment":{"amount":25000,"method":"card"}}');
  PERFORM test.same('paid', (test.row_of(id)).paid, 75000::bigint);
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'attach', 'received')$q$, id));
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'attach', 'received', '{"documents":[{"name":""}]}')$q$, id));
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'attach', 'received', '{"documents":[{"name":"a","sha256":"zz"}]}')$q$, id));
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'attach', 'received', '{"documents":{}}')$q$, id));
  PERFORM test.step('lan', id, 'attach', 'received', '{"documents":[{"component":"don","name":"Đơn"},{"name":"Ảnh","copies":2,"original":true}]}');
  PERFORM test.same('papers', (SELECT string_agg(format('%s/%s/%s', f.name, f.copies, f.original), ',' ORDER BY f.no) FROM motcua.document f WHERE f.dossier_id = id), 'Đơn/1/f,Ảnh/2/t');
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'amend', 'received', '{"data":[]}')$q$, id));
  PERFORM test.step('lan', id, 'amend', 'received', '{"data":{"floor_area":120.5,"street":"Phó Đức Chính"}}');
  PERFORM test.step('lan', id, 'amend', 'received', '{"data":{"floor_area":90}}');
  PERFORM test.same('data', (test.row_of(id)).data, '{"heritage_zone":false,"floor_area":90,"street":"Phó Đức Chính"}'::jsonb);
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'amend', 'received', '{"data":{},"feeDue":-1}')$q$, id));
  PERFORM test.step('lan', id, 'amend', 'received', '{"data":{"floor_area":300},"feeDue":150000}');
  PERFORM test.same('owed', (test.row_of(id)).fee_due, 150000::bigint);
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'note', 'received', '{"text":" "}')$q$, id));
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'note', 'received', '{"text":"x","code":"H26-1"}')$q$, id));
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'note', 'received', %L)$q$, id, normalize('{"text":"hoà"}', NFD)));
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'note', 'received', '{"text":"a\u0000"}')$q$, id));
  -- 9. nothing after the end
  PERFORM test.step('lan', id, 'refuse', 'refused', '{"reason":"không thuộc thẩm quyền"}');
  d := test.row_of(id);
  PERFORM test.same('ended', (d.outcome, d.clock, d.holder, d.awaits_role, d.ended_at = d.changed_at, d.portal_status)::text, '(refused,stopped,111,,t,3)');
  PERFORM test.same('no timer after the end', (SELECT count(*) FROM test.timer t WHERE t.dossier_id = id), 0::bigint);
  PERFORM test.refused('MC009', format($q$SELECT test.step('lan', %s, 'note', 'refused', '{"text":"x"}')$q$, id));
  PERFORM test.same('counts', (SELECT (test.row_of(id)).counts ->> 'take'), '5');
END
$$;

-- before_due, a rule that finds no unit, a base that is not there, a withdrawal out of a pause
DO $$
DECLARE id bigint; d motcua.dossier;
BEGIN
  PERFORM motcua.set_training_clock('2018-07-02 09:00+07');
  id := test.receive('lan', 111, 'Võ Văn Tần');
  PERFORM test.step('lan', id, 'forward', 'appraisal');
  PERFORM test.step('minh', id, 'take', 'appraisal');
  PERFORM motcua.set_training_clock('2018-07-24 09:00+07');
  PERFORM test.refused('MC006', format($q$SELECT test.step('minh', %s, 'extend', 'appraisal', '{"until":"2018-07-30T17:00:00+07:00"}')$q$, id));
  PERFORM motcua.set_training_clock('2018-07-03 09:00+07');
  PERFORM test.refused('MC010', $q$SELECT test.receive('lan', 111, 'Võ Thị Sáu', 2)$q$);
  id := test.receive('lan', 111, 'Võ Thị Sáu', 2, 122);
  PERFORM test.refused('MC011', format($q$SELECT test.step('lan', %s, 'forward', 'verified')$q$, id));
  PERFORM test.refused('MC011', format($q$SELECT test.step('lan', %s, 'lose', 'lost')$q$, id));
  id := test.receive('lan', 111, 'Phan Đình Giót', 2, 121);
  PERFORM test.step('lan', id, 'forward', 'verified');
  PERFORM test.step('tuan', id, 'take', 'verified');
  PERFORM test.same('to the commune of the address', (test.row_of(id)).holder, 121);
  PERFORM test.step('tuan', id, 'close', 'done');
  id := test.receive('lan', 111, 'Ngô Quyền');
  PERFORM test.step('lan', id, 'forward', 'appraisal');
  PERFORM test.step('minh', id, 'take', 'appraisal');
  PERFORM test.step('minh', id, 'supplement', 'supplementing', '{"reason":"thiếu"}');
  PERFORM motcua.set_training_clock('2018-09-03 09:00+07');
  PERFORM test.step('minh', id, 'withdraw', 'withdrawn');
  d := test.row_of(id);
  PERFORM test.same('time with the applicant is given back at the end', d.due_at > d.ended_at, true);
  -- two at one version: the second is told
  id := test.receive('lan', 111, 'Lý Thường Kiệt');
  PERFORM test.step('lan', id, 'note', 'received', '{"text":"một"}');
  PERFORM test.as_staff('lan');
  PERFORM test.refused('MC002', format($q$SELECT motcua.act_on(%s, 1, 'note', 'received', '{"text":"hai"}')$q$, id));
  PERFORM test.refused('MC001', $q$SELECT motcua.act_on(1, 1, 'note', 'received', '{"text":"hai"}')$q$);
  RESET ROLE;
END
$$;

-- what the law asks before a step: papers, form, fee; answers and signature
DO $$
DECLARE id bigint; d motcua.dossier;
  ask CONSTANT text := $q$SELECT test.step('lan', %s, 'ask', 'asked', %L)$q$;
  sign CONSTANT text := $q$SELECT test.step('lan', %s, 'sign', 'done', %L)$q$;
  number CONSTANT text := '{"signature":{"number":"12/GP"}}';
BEGIN
  PERFORM motcua.set_training_clock('2018-07-03 09:00+07');
  PERFORM test.same('asked of the definition', (SELECT jsonb_build_array(fields, needed_fields, components, channels, needs_address)
    FROM motcua.workflow_version v WHERE v.id = 3), '[{"area":{"kind":"decimal"},"note":{"kind":"text"}},["area"],["don","anh","dat","ban_ve"],["counter","online"],false]'::jsonb);
  PERFORM test.same('who needs an address', (SELECT string_agg(v.id::text, ',') FROM motcua.workflow_version v WHERE v.needs_address), '2');
  PERFORM test.as_staff('lan');
  id := (motcua.receive(3, replace(test.receipt(111, 'Trần Quốc Toản', '3.000001'), '75000', '30000'))).dossier_id;
  -- of several that are lacking the first is told, in the order in which the engine asks for them
  PERFORM test.same('papers, then the fee', (SELECT string_agg(t.detail::jsonb ->> 'requires', ',' ORDER BY n) FROM (VALUES
      (1, '{}'), (2, '{"documents":[{"component":"don","name":"Đơn"},{"component":"ban_ve","name":"Bản vẽ"}]}')) AS p (n, payload),
      LATERAL motcua.trial_many(ARRAY[id], '{1}', '{ask}', '{asked}', ARRAY[p.payload]) AS t), 'components,fee');
  RESET ROLE;
  PERFORM test.refused('MC013', format(ask, id, '{}'));
  PERFORM test.step('lan', id, 'amend', 'received', '{"data":{"note":"x"}}');
  PERFORM test.refused('MC013', format(ask, id, '{"documents":[{"component":"don","name":"Đơn"},{"component":"ban_ve","name":"Bản vẽ"}]}'));
  PERFORM test.step('lan', id, 'amend', 'received', '{"data":{"area":0.5}}');
  PERFORM test.step('lan', id, 'pay', 'received', '{"payment":{"amount":30000,"method":"cash"}}');
  PERFORM test.refused('MC013', format(ask, id, '{}'));
  PERFORM test.step('lan', id, 'attach', 'received', '{"documents":[{"component":"don","name":"Đơn"},{"name":"ban_ve"}]}');
  PERFORM test.refused('MC013', format(ask, id, '{}'));
  PERFORM test.refused('MC013', format(ask, id, '{"documents":[{"component":"anh","name":"Ảnh"}]}'));
  -- what the step itself brings completes the dossier
  PERFORM test.step('lan', id, 'ask', 'asked', '{"documents":[{"component":"ban_ve","name":"Bản vẽ"}]}');
  -- silence agrees, but only once the time has passed
  PERFORM test.refused('MC013', format(sign, id, number));
  d := test.row_of(id);
  PERFORM motcua.set_training_clock(d.step_due - interval '1 minute');
  PERFORM test.refused('MC013', format(sign, id, number));
  PERFORM motcua.set_training_clock(d.step_due + interval '1 minute');
  PERFORM test.refused('MC013', format(sign, id, '{}'));
  PERFORM test.refused('MC013', format(sign, id, '{"signature":{"number":" \u00a0\u3000"}}'));
  PERFORM test.refused('MC013', format(sign, id, '{"signature":{"number":""}}'));
  -- where it blocks, only an answer will do
  PERFORM test.step('lan', id, 'insist', 'insisted');
  PERFORM motcua.set_training_clock('2018-08-03 09:00+07');
  PERFORM test.refused('MC013', format(sign, id, number));
  PERFORM test.step('binh', id, 'answer', 'insisted', '{"opinion":"agree"}');
  PERFORM test.step('lan', id, 'sign', 'done', number);
  PERFORM test.same('signed', (test.row_of(id)).outcome, 'approved');

  -- a fee and papers under a condition
  PERFORM motcua.set_training_clock('2018-07-03 09:00+07');
  PERFORM test.as_staff('lan');
  PERFORM test.refused('MC010', format('SELECT motcua.receive(3, %L)', jsonb_set(test.receipt(111, 'Yết Kiêu', '3.000001')::jsonb, '{data}', '{"area":2}')));
  id := (motcua.receive(3, jsonb_set(replace(test.receipt(111, 'Yết Kiêu', '3.000001'), '75000', '120000')::jsonb, '{data}', '{"area":2}')::text)).dossier_id;
  RESET ROLE;
  PERFORM test.step('lan', id, 'pay', 'received', '{"payment":{"amount":119999,"method":"cash"}}');
  PERFORM test.refused('MC013', format(ask, id, '{"documents":[{"component":"don","name":"Đơn"},{"component":"ban_ve","name":"Bản vẽ"},{"component":"dat","name":"Sổ"}]}'));
  PERFORM test.step('lan', id, 'pay', 'received', '{"payment":{"amount":1,"method":"cash"}}');
  PERFORM test.refused('MC010', format($q$SELECT test.step('lan', %s, 'pay', 'received', '{"payment":{"amount":999999999999999,"method":"cash"}}')$q$, id));
  PERFORM test.as_staff('lan');
  PERFORM test.same('what is missing, in the order of the definition', (SELECT t.detail::jsonb -> 'missing'
    FROM motcua.trial_many(ARRAY[id], '{3}', '{ask}', '{asked}', ARRAY['{}']) AS t), '["don", "dat", "ban_ve"]');
  RESET ROLE;
  PERFORM test.refused('MC013', format(ask, id, '{"documents":[{"component":"don","name":"Đơn"},{"component":"ban_ve","name":"Bản vẽ"}]}'));
  PERFORM test.step('lan', id, 'ask', 'asked', '{"documents":[{"component":"don","name":"Đơn"},{"component":"ban_ve","name":"Bản vẽ"},{"component":"dat","name":"Sổ"}]}');
  PERFORM motcua.set_training_clock('2018-07-10 09:00+07');
  PERFORM test.step('lan', id, 'sign', 'done', number);
END
$$;

-- a condition on the data is the door's to ask, and a step back leads to a unit that there is
DO $$
DECLARE id bigint; other bigint; d motcua.dossier; consult CONSTANT text := $q$SELECT test.step('minh', %s, 'consult', 'consulted')$q$;
BEGIN
  PERFORM motcua.set_training_clock('2018-07-03 09:00+07');
  id := test.receive('lan', 111, 'Bùi Thị Xuân');
  PERFORM test.step('lan', id, 'amend', 'received', '{"data":{"heritage_zone":true}}');
  PERFORM test.step('lan', id, 'forward', 'appraisal');
  PERFORM test.step('minh', id, 'take', 'appraisal');
  PERFORM test.refused('MC015', format(consult, id));
  PERFORM test.as_staff('minh');
  PERFORM test.same('in a set', (SELECT string_agg(coalesce(m.sqlstate, 'ok'), ',') FROM motcua.act_many(ARRAY[id], '{4}', '{consult}', '{consulted}', '{"{}"}') AS m), 'MC015');
  RESET ROLE;
  PERFORM test.step('minh', id, 'amend', 'appraisal', '{"data":{"floor_area":1000.1},"feeDue":150000}');
  PERFORM test.refused('MC015', format(consult, id));
  PERFORM test.step('minh', id, 'amend', 'appraisal', '{"data":{"floor_area":1000},"feeDue":150000}');
  PERFORM test.step('minh', id, 'consult', 'consulted');
  PERFORM test.step('minh', id, 'send_back', 'appraisal', '{"reason":"x"}');

  other := test.receive('lan', 111, 'Trần Quang Diệu');
  PERFORM test.step('lan', other, 'forward', 'appraisal');
  PERFORM test.step('minh', other, 'take', 'appraisal');
  -- Another unit receives in its place, as a reform would have it.
  UPDATE motcua.unit SET valid_to = '2018-07-04' WHERE unit.id = 111;
  PERFORM motcua.set_training_clock('2018-07-04 09:00+07');
  PERFORM test.refused('MC011', format($q$SELECT test.step('minh', %s, 'send_back', 'received', '{"reason":"x"}')$q$, other));
  UPDATE motcua.application SET reception = 112 WHERE dossier_id = other;
  PERFORM test.step('minh', other, 'send_back', 'received', '{"reason":"x"}');
  PERFORM test.same('to the unit of today', ((test.row_of(other)).pending_unit, (test.row_of(other)).pending_back)::text, '(112,t)');
  PERFORM test.step('minh', other, 'recall', 'appraisal');
  -- Where it stays, it stays.
  PERFORM test.step('minh', other, 'supplement', 'supplementing', '{"reason":"x"}');
  UPDATE motcua.unit SET valid_to = '2018-07-05' WHERE unit.id = 11;
  PERFORM motcua.set_training_clock('2018-07-05 09:00+07');
  PERFORM test.step('minh', other, 'supplemented', 'appraisal');
  PERFORM test.same('where it was', (test.row_of(other)).holder, 11);
  UPDATE motcua.unit SET valid_to = NULL WHERE unit.id IN (11, 111);
  UPDATE motcua.application SET reception = 111 WHERE dossier_id = other;
END
$$;

-- the calendar's end is a refusal, of the one whose time leads beyond it
DO $$
DECLARE id bigint; late bigint; v text;
BEGIN
  PERFORM motcua.set_training_clock('2030-12-27 09:00+07');
  PERFORM test.as_staff('lan');
  PERFORM test.refused('MC014', $q$SELECT motcua.receive(1, test.receipt(111, 'Bùi Xuân Phái'))$q$);
  SELECT string_agg(coalesce(m.sqlstate, 'ok'), ',') INTO v FROM motcua.receive_many('{2,1,2}',
    ARRAY[test.receipt(111, 'A', '2.000001', 121), test.receipt(111, 'B'), test.receipt(111, 'C', '2.000001', 121)]) AS m;
  PERFORM test.same('in a set', v, 'ok,MC014,ok');
  RESET ROLE;
  SELECT max(dossier_id) - 1, max(dossier_id) INTO id, late FROM motcua.dossier;
  PERFORM motcua.set_training_clock('2030-12-31 16:00+07');
  PERFORM test.step('lan', id, 'forward', 'verified');
  PERFORM test.as_staff('tuan');
  PERFORM test.refused('MC014', format($q$SELECT motcua.act_on(%s, 2, 'take', 'verified', '{}')$q$, id));
  SELECT string_agg(coalesce(m.sqlstate, 'ok'), ',') INTO v FROM motcua.act_many(ARRAY[id], '{2}', '{take}', '{verified}', '{"{}"}') AS m;
  PERFORM test.same('in a set', v, 'MC014');
  RESET ROLE;
  PERFORM test.as_staff('lan');
  SELECT string_agg(coalesce(m.sqlstate, 'ok'), ',') INTO v FROM motcua.act_many(ARRAY[id, late], '{2,1}', '{recall,note}',
    '{received,received}', ARRAY['{}', '{"text":"x"}']) AS m;
  PERFORM test.same('the others go through', v, 'ok,ok');
  RESET ROLE;
  -- what was paused too long ago cannot be counted on
  PERFORM motcua.set_training_clock('2030-12-02 09:00+07');
  id := test.receive('lan', 111, 'Ngô Quyền');
  PERFORM test.step('lan', id, 'forward', 'appraisal');
  PERFORM test.step('minh', id, 'take', 'appraisal');
  PERFORM test.step('minh', id, 'supplement', 'supplementing', '{"reason":"thiếu"}');
  PERFORM motcua.set_training_clock('2030-12-27 09:00+07');
  PERFORM test.refused('MC014', format($q$SELECT test.step('minh', %s, 'supplemented', 'appraisal')$q$, id));
  PERFORM motcua.set_training_clock('2018-07-03 09:00+07');
END
$$;

-- who is sent a dossier takes part in it once they take it
DO $$
DECLARE id bigint;
BEGIN
  id := test.receive('lan', 111, 'Đoàn Thị Điểm');
  PERFORM test.step('lan', id, 'forward', 'appraisal');
  PERFORM test.same('on its way', ((test.row_of(id)).participants, (test.row_of(id)).pending_unit)::text, '({111},11)');
  PERFORM test.step('lan', id, 'recall', 'received');
  PERFORM test.same('recalled', ((test.row_of(id)).participants, (test.row_of(id)).pending_unit)::text, '({111},)');
  PERFORM test.as_staff('minh');
  PERFORM test.same('seen no more', (SELECT count(*) FROM motcua.load_many(ARRAY[id])), 0::bigint);
  RESET ROLE;
END
$$;

-- a dossier is named by its code or an unambiguous end of it, among what one may see
DO $$
DECLARE v text;
BEGIN
  PERFORM test.as_staff('lan');
  PERFORM test.same('exact', (SELECT code FROM motcua.load('H26.1.1-180702-0001')), 'H26.1.1-180702-0001');
  PERFORM test.same('end', (SELECT code FROM motcua.load('180702-0001')), 'H26.1.1-180702-0001');
  PERFORM test.refused('MC001', $q$SELECT motcua.load('-00')$q$);
  PERFORM test.refused('MC001', $q$SELECT motcua.load('')$q$);
  PERFORM test.refused('MC001', $q$SELECT motcua.load('0')$q$);
  PERFORM test.refused('MC001', $q$SELECT motcua.load('9999')$q$);
  PERFORM test.same('as load does', motcua.dossier_named('180702-0001'), (SELECT dossier_id FROM motcua.load('180702-0001')));
  SELECT (l.actor, l.actor_units, l.actor_roles)::text INTO v FROM motcua.load('180702-0001') l;
  PERFORM test.same('context', v, '(1,{111},{clerk})');
  PERFORM test.as_staff('tuan');
  PERFORM test.refused('MC001', $q$SELECT motcua.load('H26.1.1-180702-0001')$q$);
  RESET ROLE;
END
$$;

-- What is promised, given back after a pause and allowed to be extended is the channel's: 30 calendar days online, and
-- by post nothing.
DO $$
DECLARE id bigint; v_due timestamptz;
BEGIN
  PERFORM motcua.set_training_clock('2019-07-02 09:00+07');
  PERFORM test.as_staff('lan');
  id := (motcua.receive(1, test.receipt(111, 'B', p_channel => 'online'))).dossier_id;
  RESET ROLE;
  PERFORM test.same('due online', (test.row_of(id)).due_at, '2019-08-01 17:00+07'::timestamptz);
  PERFORM test.step('lan', id, 'forward', 'appraisal');
  PERFORM test.step('minh', id, 'take', 'appraisal');
  PERFORM test.step('minh', id, 'supplement', 'supplementing', '{"reason":"x"}');
  PERFORM motcua.set_training_clock('2019-07-06 09:00+07');
  PERFORM test.step('minh', id, 'supplemented', 'appraisal');
  v_due := (test.row_of(id)).due_at;
  PERFORM test.same('four calendar days later', v_due, '2019-08-05 17:00+07'::timestamptz);
  PERFORM test.refused('MC010', format($q$SELECT test.step('minh', %s, 'extend', 'appraisal', '{"until":"2019-09-05T17:00:00+07:00","reason":"x"}')$q$, id));
  PERFORM test.step('minh', id, 'extend', 'appraisal', '{"until":"2019-09-04T17:00:00+07:00","reason":"x"}');
  PERFORM test.as_staff('lan');
  id := (motcua.receive(1, test.receipt(111, 'C', p_channel => 'post'))).dossier_id;
  RESET ROLE;
  PERFORM test.same('nothing is promised by post', (test.row_of(id)).due_at, NULL::timestamptz);
  PERFORM test.refused('23000', 'INSERT INTO motcua.workflow_legal_time VALUES (1, ''post'', 1, ''day'')');
  PERFORM test.refused('23000', 'UPDATE motcua.workflow_legal_time SET amount = 1 WHERE version_id = 1');
  PERFORM test.refused('23000', 'DELETE FROM motcua.workflow_legal_time WHERE version_id = 1');
END
$$;

-- Six thousand other codes with the same end, all before it in the index: it is found where it was received, and
-- who must look everywhere is asked for more of the code, not told that there is none.
BEGIN;
SELECT dossier_id AS first FROM motcua.application WHERE code = 'H26.1.1-180702-0001' \gset
UPDATE motcua.standing SET holder = 11, waits_at = NULL, participants = '{111,11}', ended_at = changed_at WHERE dossier_id = :first;
INSERT INTO motcua.application
  SELECT (jsonb_populate_record(a, jsonb_build_object('dossier_id', n, 'code', format('H26.%s0-180702-0001', n), 'reception', 121))).*
    FROM motcua.application a, generate_series(1, 6000) AS n WHERE a.dossier_id = :first;
INSERT INTO motcua.standing
  SELECT (jsonb_populate_record(s, jsonb_build_object('dossier_id', n, 'holder', 121, 'participants', '[121]'::jsonb))).*
    FROM motcua.standing s, generate_series(1, 6000) AS n WHERE s.dossier_id = :first;
DO $$
DECLARE v text; v_detail text; v_hint text;
BEGIN
  PERFORM test.as_staff('lan');
  PERFORM test.same('received here', (SELECT code FROM motcua.load('180702-0001')), 'H26.1.1-180702-0001');
  FOREACH v IN ARRAY '{minh,hoa,kiem}'::text[] LOOP
    PERFORM test.as_staff(v);
    BEGIN
      PERFORM motcua.load('180702-0001');
      RAISE EXCEPTION '% is told of one', v;
    EXCEPTION WHEN SQLSTATE 'MC001' THEN
      GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL, v_hint = PG_EXCEPTION_HINT;
      PERFORM test.same('asked for more, ' || v, (v_hint, v_detail::jsonb -> 'ambiguous',
          jsonb_array_length(v_detail::jsonb -> 'candidates'))::text,
        format('("give more of the code",true,%s)', CASE v WHEN 'minh' THEN 0 ELSE 10 END));
    END;
  END LOOP;
  PERFORM test.as_staff('minh');
  PERFORM test.same('more of the code', (SELECT code FROM motcua.load('.1-180702-0001')), 'H26.1.1-180702-0001');
  RESET ROLE;
END
$$;
ROLLBACK;
