-- What a step's effect says of it, stored with the step when a workflow is published (Sources/Workflow/EffectTable.swift
-- is the table it comes from): who acts, whether it goes with a handover under way, what its payload may and must hold.
-- roles is filled in at publication as well: it is empty only where it depends on the handover that a step is about, and
-- is then the role of the state that the handover goes to.

ALTER TABLE motcua.workflow_transition
  ADD COLUMN actor text NOT NULL DEFAULT 'holder'
    CHECK (actor IN ('holder', 'receiver', 'consulted', 'system', 'citizen')),
  ADD COLUMN during text NOT NULL DEFAULT 'free' CHECK (during IN ('free', 'handover', 'any')),
  ADD COLUMN may text[] NOT NULL DEFAULT '{}'
    CHECK (may <@ '{assignee,text,documents,data,payment,until,opinion,signature,reason,reception,feeDue}'),
  ADD COLUMN must text[] NOT NULL DEFAULT '{}',
  ADD CHECK (must <@ may);

COMMENT ON COLUMN motcua.workflow_transition.actor IS
  'whose step it is: of the unit that holds the dossier, of the one a handover goes to, of one that is asked; or of a service';
COMMENT ON COLUMN motcua.workflow_transition.during IS
  'free: while no handover is under way; handover: only during one, which it ends; any: always';

-- These stand for services in the steps of a workflow.
ALTER TABLE motcua.role ADD CHECK (code NOT IN ('system', 'citizen'));

SELECT motcua.record_shape();
