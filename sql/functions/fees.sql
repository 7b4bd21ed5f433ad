-- Fees: what is owed.

-- What is owed, in đồng: every fee whose channel and condition apply. One whose condition cannot be decided yet is
-- not owed yet.
CREATE OR REPLACE FUNCTION motcua.fee_owed(p_fees jsonb, p_channel text, p_data jsonb) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE f jsonb; v_sum bigint := 0;
BEGIN
  FOR i IN 0..jsonb_array_length(p_fees) - 1 LOOP
    f := p_fees -> i;
    IF coalesce(f -> 'channels' ? p_channel, true) AND (NOT f ? 'when' OR motcua.condition_value(f -> 'when', p_data) = 'true') THEN
      v_sum := v_sum + (f ->> 'amount')::bigint;
    END IF;
  END LOOP;
  RETURN v_sum;
END
$$;
