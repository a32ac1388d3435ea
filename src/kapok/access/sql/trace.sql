-- The text that an entry's hash is taken of. kapok.access.trace reads it for the proof.
CREATE OR REPLACE FUNCTION trace_text(entry access_look) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT concat_ws('|', entry.id, (extract(epoch FROM entry.at) * 1000000)::bigint,
        coalesce(entry.account::text, '-'), coalesce(entry.appointment::text, '-'), entry.role,
        entry.purpose, entry.action, coalesce(entry.place::text, '-'), entry.n_subjects,
        array_to_string(entry.subjects, ','), entry.outside_hours,
        coalesce(entry.request::text, '-'))
$$;

-- Seal all entries that are committed and not sealed yet into one block; its number, or null where
-- there was nothing. One sealer at a time; whoever writes an entry never waits for it.
CREATE OR REPLACE FUNCTION trace_seal(at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entries uuid[];
    last access_traceblock;
    digest bytea;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('kapok trace', 0));
    SELECT array_agg(id ORDER BY id) INTO entries
    FROM (SELECT id FROM access_look WHERE block IS NULL ORDER BY id LIMIT 10000) AS open;
    IF entries IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO last FROM access_traceblock ORDER BY number DESC LIMIT 1;
    SELECT sha256(coalesce(last.sha256, ''::bytea)
        || convert_to(string_agg(trace_text(entry), E'\n' ORDER BY entry.id), 'UTF8'))
    INTO digest FROM access_look AS entry WHERE entry.id = ANY (entries);
    INSERT INTO access_traceblock (number, sealed_at, n_entries, previous, sha256)
    VALUES (coalesce(last.number, 0) + 1, at, cardinality(entries),
        coalesce(last.sha256, ''::bytea), digest);
    UPDATE access_look SET block = coalesce(last.number, 0) + 1 WHERE id = ANY (entries);
    RETURN coalesce(last.number, 0) + 1;
END
$$;
