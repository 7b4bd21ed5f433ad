-- What the loader writes with each transition, from the engine's table of effects: here by hand, for the tests that
-- make their own. needs: a temporary table of the transitions that need a reason.
UPDATE motcua.workflow_transition t SET actor = e.actor, during = e.during,
    may = '{reason,text,documents,signature}'::text[] || e.may::text[],
    must = e.must::text[] || CASE WHEN t.action IN (SELECT action FROM needs_reason) AND t.effect <> 'decline' THEN '{reason}'::text[] ELSE '{}' END
      || CASE WHEN 'signature' = ANY (t.requires) THEN '{signature}'::text[] ELSE '{}' END
  FROM (VALUES
    ('receive', 'holder', 'free', '{reception,data,feeDue}', '{reception}'),
    ('move', 'holder', 'free', '{}', '{}'), ('back', 'holder', 'free', '{}', '{}'),
    ('take', 'receiver', 'handover', '{}', '{}'), ('decline', 'receiver', 'handover', '{}', '{reason}'),
    ('recall', 'holder', 'handover', '{}', '{}'),
    ('assign', 'holder', 'free', '{assignee}', '{assignee}'), ('extend', 'holder', 'free', '{until}', '{until}'),
    ('pay', 'holder', 'free', '{payment}', '{payment}'), ('attach', 'holder', 'free', '{}', '{documents}'),
    ('amend', 'holder', 'free', '{data,feeDue}', '{data}'), ('note', 'holder', 'any', '{}', '{text}'),
    ('answer', 'consulted', 'free', '{opinion}', '{opinion}')) AS e (effect, actor, during, may, must)
  WHERE t.effect = e.effect;
