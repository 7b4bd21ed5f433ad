-- A pause ends when the dossier is sent on, not when it is taken; declined or recalled, another begins. Run by the owner.

CREATE FUNCTION test.clock_of(p_id bigint) RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws(' ', d.state, coalesce(d.pending_state, '-'), d.clock, 'due ' || to_char(d.due_at, 'MM-DD HH24:MI'),
           'paused ' || to_char(d.paused_at, 'MM-DD HH24:MI'), 'step ' || to_char(d.step_due, 'MM-DD HH24:MI'),
           'timers ' || (SELECT string_agg(kind || ' ' || to_char(t.due_at, 'MM-DD HH24:MI'), ', ' ORDER BY kind)
                           FROM test.timer t WHERE t.dossier_id = p_id))
    FROM motcua.dossier d WHERE d.dossier_id = p_id
$$;
-- One step at a time, and the dossier after it.
CREATE FUNCTION test.at(p_when text, p_who text, p_id bigint, p_action text, p_to text, p_wanted text, p_payload text DEFAULT '{}')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE a motcua.appended;
BEGIN
  PERFORM motcua.set_training_clock((p_when || '+07')::timestamptz);
  a := test.step(p_who, p_id, p_action, p_to, p_payload);
  PERFORM test.same(p_when || ' ' || p_action, test.clock_of(p_id), p_wanted);
  PERFORM test.same(p_when || ' the event', (a.due, a.step_due)::text, (SELECT (d.due_at, d.step_due)::text FROM test.row_of(p_id) AS d));
END
$$;

SET timezone = 'Asia/Ho_Chi_Minh';
DO $$
DECLARE id bigint; why CONSTANT text := '{"reason":"chưa rõ"}';
BEGIN
  PERFORM motcua.set_training_clock('2018-07-02 09:00+07');
  id := test.receive('lan', 111, 'Nguyễn Văn Ký');
  PERFORM test.step('lan', id, 'forward', 'appraisal');
  PERFORM test.at('2018-07-03 09:00', 'minh', id, 'take', 'appraisal', 'appraisal - running due 07-23 17:00 step 07-13 17:00 timers due 07-23 17:00, step 07-13 17:00');
  -- Until the bond is asked for at the counter, the clock runs.
  PERFORM test.at('2018-07-04 09:00', 'minh', id, 'require_bond', 'bond', 'appraisal bond running due 07-23 17:00 step 07-13 17:00 timers due 07-23 17:00, step 07-13 17:00');
  PERFORM test.at('2018-07-05 09:00', 'lan', id, 'take', 'bond', 'bond - paused due 07-23 17:00 paused 07-05 09:00');
  -- Lodged two working days later: from here on it is the authorities' time again.
  PERFORM test.at('2018-07-09 09:00', 'lan', id, 'lodged', 'signing', 'bond signing running due 07-25 17:00 timers due 07-25 17:00');
  PERFORM test.at('2018-07-11 09:00', 'hoa', id, 'decline', 'bond', 'bond - paused due 07-25 17:00 paused 07-11 09:00', why);
  PERFORM test.at('2018-07-12 09:00', 'lan', id, 'lodged', 'signing', 'bond signing running due 07-26 17:00 timers due 07-26 17:00');
  PERFORM test.at('2018-07-13 09:00', 'lan', id, 'recall', 'bond', 'bond - paused due 07-26 17:00 paused 07-13 09:00');
  PERFORM test.at('2018-07-16 09:00', 'lan', id, 'lodged', 'signing', 'bond signing running due 07-27 17:00 timers due 07-27 17:00');
  PERFORM test.at('2018-07-17 09:00', 'lan', id, 'note', 'bond', 'bond signing running due 07-27 17:00 timers due 07-27 17:00', '{"text":"gửi kèm biên lai"}');
  -- Taken four days later: nothing is given back for these.
  PERFORM test.at('2018-07-20 09:00', 'hoa', id, 'take', 'signing', 'signing - running due 07-27 17:00 step 07-24 17:00 timers due 07-27 17:00, step 07-24 17:00');

  -- A step back is no other.
  PERFORM motcua.set_training_clock('2018-07-02 09:00+07');
  id := test.receive('lan', 111, 'Nguyễn Văn Quỹ');
  PERFORM test.step('lan', id, 'forward', 'appraisal');
  PERFORM test.step('minh', id, 'take', 'appraisal');
  PERFORM test.step('minh', id, 'require_bond', 'bond');
  PERFORM test.at('2018-07-05 09:00', 'lan', id, 'take', 'bond', 'bond - paused due 07-23 17:00 paused 07-05 09:00');
  PERFORM test.at('2018-07-09 09:00', 'lan', id, 'send_back', 'appraisal', 'bond appraisal running due 07-25 17:00 timers due 07-25 17:00', why);
  PERFORM test.at('2018-07-10 09:00', 'minh', id, 'decline', 'bond', 'bond - paused due 07-25 17:00 paused 07-10 09:00', why);
  PERFORM test.at('2018-07-10 10:00', 'lan', id, 'send_back', 'appraisal', 'bond appraisal running due 07-25 17:00 timers due 07-25 17:00', why);
  PERFORM test.at('2018-07-16 09:00', 'minh', id, 'take', 'appraisal', 'appraisal - running due 07-25 17:00 step 07-26 17:00 timers due 07-25 17:00, step 07-26 17:00');

  -- By post nothing is promised: nothing is given back.
  PERFORM motcua.set_training_clock('2018-07-02 09:00+07');
  PERFORM test.as_staff('lan');
  id := (motcua.receive(1, test.receipt(111, 'Nguyễn Văn Gửi', p_channel => 'post'))).dossier_id;
  RESET ROLE;
  PERFORM test.step('lan', id, 'forward', 'appraisal');
  PERFORM test.step('minh', id, 'take', 'appraisal');
  PERFORM test.step('minh', id, 'require_bond', 'bond');
  PERFORM test.at('2018-07-05 09:00', 'lan', id, 'take', 'bond', 'bond - paused paused 07-05 09:00');
  PERFORM test.at('2018-07-09 09:00', 'lan', id, 'lodged', 'signing', 'bond signing running');
  PERFORM test.at('2018-07-10 09:00', 'hoa', id, 'decline', 'bond', 'bond - paused paused 07-10 09:00', why);
END
$$;
