-- Why a step was refused, in words and facts: asked only for what the judge has refused. The facts are those of the
-- dossier as it stands in the same transaction.
--
-- needs: refusals.sql, dossier.sql

CREATE OR REPLACE FUNCTION motcua.explain(
  p_fault text, p_dossier bigint, p_version int, p_action text, p_to text, p_payload text, p_staff int, p_at timestamptz
) RETURNS motcua.refusal LANGUAGE plpgsql STABLE SET TimeZone = 'Asia/Ho_Chi_Minh' AS $$
DECLARE
  d motcua.dossier; w motcua.workflow_step; j CONSTANT jsonb := motcua.parse_payload(p_payload);
  v_state text; v_message text; v_facts jsonb := '{}'; v_hint text; v_units int[]; v_roles text[];
BEGIN
  IF p_fault = 'unknown' THEN RETURN motcua.no_such_dossier(p_dossier::text); END IF;
  SELECT * INTO d FROM motcua.dossier x WHERE x.dossier_id = p_dossier;
  SELECT * INTO w FROM motcua.workflow_step x
    WHERE x.version_id = d.workflow_version AND x.from_state = d.state AND x.action = p_action AND x.to_state = p_to;
  CASE p_fault
    WHEN 'changed' THEN
      v_state := 'MC002'; v_message := format('dossier %s has changed meanwhile', d.code);
      v_facts := jsonb_build_object('expected', p_version, 'by', (SELECT s.name FROM motcua.staff s WHERE s.id = d.changed_by), 'at', d.changed_at);
      v_hint := 'look at it again, then decide';
    WHEN 'moved' THEN
      v_state := 'MC002'; v_message := 'the dossier has just gone to others';
      v_facts := jsonb_build_object('expected', p_version); v_hint := 'look at it again';
    WHEN 'twice' THEN
      v_state := 'MC002'; v_message := 'another step for this dossier comes first in the same call';
      v_facts := jsonb_build_object('expected', p_version); v_hint := 'send it again with the new version';
    WHEN 'ended' THEN
      v_state := 'MC009'; v_message := format('dossier %s has ended (%s)', d.code, d.outcome);
      v_facts := jsonb_build_object('outcome', d.outcome, 'ended_at', d.ended_at); v_hint := 'nothing can happen to it any more';
    WHEN 'no_step' THEN
      v_state := 'MC003'; v_message := format('"%s" to "%s" is no step from "%s"', p_action, p_to, d.state);
      v_facts := jsonb_build_object('action', p_action, 'to', p_to, 'allowed', (
        SELECT coalesce(jsonb_agg(jsonb_build_object('action', x.action, 'to', x.to_state, 'roles', x.roles)
                 ORDER BY x.action, x.to_state), '[]') FROM motcua.workflow_step x
          WHERE x.version_id = d.workflow_version AND x.from_state = d.state));
      v_hint := 'take one of the steps listed as allowed';
    WHEN 'no_handover' THEN
      v_state := 'MC008'; v_message := format('dossier %s is not on its way to anybody', d.code);
      v_hint := 'only a handover under way can be taken, declined or recalled';
    WHEN 'handover' THEN
      v_state := 'MC008'; v_message := format('dossier %s is on its way to another unit', d.code);
      v_facts := jsonb_build_object('to_unit', d.pending_unit, 'to_state', d.pending_state, 'since', d.pending_since);
      v_hint := 'the receiver takes or declines it, or the sender recalls it';
    WHEN 'other_target' THEN
      v_state := 'MC005'; v_message := format('"%s" does not lead to "%s" now', p_action, p_to);
      v_facts := jsonb_build_object('to', p_to, 'pending_state', d.pending_state, 'came_from', d.trail_states[cardinality(d.trail_states)]);
      v_hint := 'name the state it is on its way to, or the one it came from';
    WHEN 'condition' THEN
      v_state := 'MC015'; v_message := format('the condition of "%s" to "%s" does not hold', p_action, p_to);
      v_facts := jsonb_build_object('action', p_action, 'to', p_to, 'guard', w.guard, 'data', d.data);
      v_hint := 'the data decide which steps are possible; amend what is wrong or missing in them';
    WHEN 'not_yours' THEN
      v_units := CASE w.actor WHEN 'receiver' THEN ARRAY[d.pending_unit] WHEN 'consulted' THEN d.consulted ELSE ARRAY[d.holder] END;
      v_roles := CASE WHEN w.roles <> '{}' THEN w.roles ELSE motcua.roles_there(d.workflow_version, d.pending_state) END;
      v_state := 'MC004'; v_message := format('"%s" is not yours to do on dossier %s', p_action, d.code);
      v_facts := jsonb_build_object('action', p_action, 'units', v_units, 'roles', v_roles, 'staff', p_staff);
      v_hint := 'it takes somebody assigned today to one of these units in one of these roles';
    WHEN 'used_up' THEN
      v_state := 'MC006'; v_message := format('"%s" may happen %s time(s) only', p_action, w.at_most);
      v_facts := jsonb_build_object('action', p_action, 'at_most', w.at_most); v_hint := 'it has been used up for this dossier';
    WHEN 'too_late' THEN
      v_state := 'MC006'; v_message := format('"%s" is possible only before the promised date', p_action);
      v_facts := jsonb_build_object('action', p_action, 'due', d.due_at, 'now', p_at); v_hint := 'the promised date has passed';
    WHEN 'payload' THEN
      v_state := 'MC010'; v_message := motcua.step_payload_fault(p_payload, j, p_action, w.may, d.workflow_version);
      v_facts := jsonb_build_object('action', p_action); v_hint := 'send {} or the members that this action takes';
    WHEN 'lacking' THEN
      v_message := motcua.first_lacking(j, w.must);
      v_facts := jsonb_build_object('action', p_action, 'member', v_message);
      v_hint := coalesce('{"reason": "give the reason in words", "text": "text: \"...\"", "documents": "documents: [{\"name\": \"...\"}]",
        "data": "data: {\"field\": value}", "opinion": "opinion: \"agree\" or \"disagree\"",
        "payment": "payment: {\"amount\": 100000, \"method\": \"cash\", \"receipt\": \"...\"}",
        "until": "give \"until\" in ISO 8601 with offset", "assignee": "name the staff number of somebody of the unit",
        "requester": "requester: {\"name\": \"...\", \"channel\": \"...\", \"proof\": \"...\"}"}'::jsonb ->> v_message,
        'send the member ' || v_message);
      v_state := 'MC010'; v_message := format('"%s" needs the member %s of its payload', p_action, v_message);
    WHEN 'fee' THEN
      v_state := 'MC013'; v_message := format('"%s" comes after the fee is paid', p_action);
      v_facts := jsonb_build_object('action', p_action, 'requires', 'fee', 'paid', d.paid,
        'due', greatest(d.fee_due, motcua.fee_by_definition(d.workflow_version, d.channel, d.data)));
      v_hint := 'take the rest of the fee first';
    WHEN 'signature' THEN
      v_state := 'MC013'; v_message := format('"%s" needs a signature', p_action);
      v_facts := jsonb_build_object('action', p_action, 'requires', 'signature'); v_hint := 'signature: {"number": "..."}';
    WHEN 'answers' THEN
      v_state := 'MC013'; v_message := format('"%s" comes after the units that were asked have answered', p_action);
      v_facts := jsonb_build_object('action', p_action, 'requires', 'answers', 'units', d.consulted);
      v_hint := 'wait for the answers, or, where silence agrees, for their time to pass';
    WHEN 'papers' THEN
      v_state := 'MC013'; v_message := format('"%s" comes after the papers are complete', p_action);
      v_facts := jsonb_build_object('action', p_action, 'requires', 'components', 'missing',
        motcua.papers_lacking(d.workflow_version, p_dossier, d.data, j -> 'documents'));
      v_hint := 'attach the papers that are missing first, or with this step';
    WHEN 'data' THEN
      v_state := 'MC013'; v_message := format('"%s" comes after the form is filled in', p_action);
      v_facts := jsonb_build_object('action', p_action, 'requires', 'data', 'missing', ARRAY(SELECT x FROM unnest(w.needs_data) AS x WHERE NOT d.data ? x));
      v_hint := 'amend the data that are missing first';
    WHEN 'no_unit' THEN
      v_state := 'MC011'; v_message := format('no unit holds "%s" for dossier %s today', p_to, d.code);
      v_facts := jsonb_build_object('to', p_to, 'base', w.holder_base, 'parent', w.holder_parent, 'tier', w.holder_tier,
        'department', w.holder_department, 'reception', d.reception, 'address', d.address, 'day', motcua.local_date(p_at));
      v_hint := 'the definition''s rule and the units of today must agree; ask your administrator';
    WHEN 'assignee' THEN
      v_state := 'MC007'; v_message := format('no such %s at the unit that holds dossier %s', d.awaits_role, d.code);
      v_facts := jsonb_build_object('assignee', j -> 'assignee', 'unit', d.holder, 'role', d.awaits_role);
      v_hint := 'name the staff number of somebody assigned there today in that role';
    WHEN 'extension' THEN
      v_state := 'MC010'; v_message := 'the new date must lie after the promised one, by no more than the legal time';
      v_facts := jsonb_build_object('until', j -> 'until', 'due', d.due_at,
        'latest', motcua.latest_extension(d.workflow_version, d.channel, coalesce(d.due_at, 'infinity')));
      v_hint := 'give "until" in ISO 8601 with offset, within these limits';
    WHEN 'payment' THEN
      v_state := 'MC010'; v_message := 'a payment is missing, or makes more than can be counted';
      v_facts := jsonb_build_object('payment', j -> 'payment', 'paid', d.paid);
      v_hint := 'payment: {"amount": 100000, "method": "cash", "receipt": "..."}';
    WHEN 'fee_due' THEN
      v_state := 'MC010'; v_facts := jsonb_build_object('feeDue', j -> 'feeDue', 'due',
        motcua.fee_by_definition(d.workflow_version, d.channel, d.data || (j -> 'data')));
      v_message := format('with these data the fee is %s', v_facts -> 'due'); v_hint := 'feeDue: what the definition says';
    WHEN 'calendar' THEN
      v_state := 'MC014'; v_message := format('the time that "%s" begins leads out of the working calendar', p_action);
      v_facts := jsonb_build_object('action', p_action, 'at', p_at);
      v_hint := 'load the holidays of the coming years and rebuild the calendar; ask your administrator';
    WHEN 'no_opinion' THEN
      v_state := 'MC011'; v_message := format('no unit answers a consultation of "%s" today', p_to);
      v_facts := jsonb_build_object('to', p_to, 'day', motcua.local_date(p_at));
      v_hint := 'the definition''s rule and the units of today must agree; ask your administrator';
    WHEN 'other_request', 'twice_asked', 'bad_request' THEN
      RETURN motcua.claim_refusal(p_fault);
    WHEN 'not_alone' THEN
      v_state := 'MC017'; v_message := format('"%s" was not done, because others of the same call were refused', p_action);
      v_facts := jsonb_build_object('action', p_action); v_hint := 'leave out those that are refused, or let each go by itself';
  END CASE;
  RETURN motcua.refusal_of(v_state, v_message,
    jsonb_build_object('code', d.code, 'state', d.state, 'holder', d.holder, 'version', d.version) || v_facts, v_hint);
END
$$;
