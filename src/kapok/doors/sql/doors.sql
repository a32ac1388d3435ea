-- What opens a door: the key with this blind index, or with this number where it signs. Whoever
-- knocks acts as nobody yet; without one of both, nothing is told.
CREATE OR REPLACE FUNCTION doors_key(wanted_index bytea, wanted_id uuid) RETURNS SETOF doors_apikey
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM doors_apikey
    WHERE revoked_at IS NULL AND (secret_index = wanted_index OR id = wanted_id)
$$;

-- Which addresses want to be told of moves, and of which; not where they are, nor how it is signed.
CREATE OR REPLACE FUNCTION doors_listening()
RETURNS TABLE (id uuid, place bigint, hi bigint, moves varchar[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id, place, hi, moves FROM doors_hook WHERE stopped_at IS NULL
$$;
