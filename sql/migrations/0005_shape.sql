-- The shape of the schema as the migrations made it: who owns what, who may do what, columns, constraints, indexes,
-- policies, triggers, the bodies of functions. Kept once the migrations have run, so that motcua doctor finds what
-- somebody changed since. It keeps nobody out who may change this record as well; it makes it an act of its own.

CREATE TABLE motcua.built (
  object text NOT NULL,
  aspect text NOT NULL,
  value  text NOT NULL,
  PRIMARY KEY (object, aspect)
);
COMMENT ON TABLE motcua.built IS 'motcua.shape() as it was when the last migration had run';
