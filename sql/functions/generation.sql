-- The number of the catalogue's generation, by which a process that keeps parts of it knows that they have changed.

-- A trigger's: the catalogue is another now. In the right of the owner, whoever may change the tables; those who change
-- them at the same time wait for one another here, so that whoever sees a number sees all that came before it.
CREATE OR REPLACE FUNCTION motcua.raise_generation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, motcua, pg_temp AS $$
BEGIN
  UPDATE motcua.installation SET catalogue_generation = catalogue_generation + 1;
  RETURN NULL;
END
$$;
