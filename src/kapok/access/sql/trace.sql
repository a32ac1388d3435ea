-- The text that an entry's hash is taken of. kapok.access.chain writes the same in its own words, so
-- that whoever changes this function cannot change the proof.
CREATE OR REPLACE FUNCTION trace_text(entry access_look) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT concat_ws('|', entry.id, (extract(epoch FROM entry.at) * 1000000)::bigint,
        coalesce(entry.account::text, '-'), coalesce(entry.appointment::text, '-'), entry.role,
        entry.purpose, entry.action, coalesce(entry.place::text, '-'), entry.n_subjects,
        array_to_string(entry.subjects, ','), entry.outside_hours,
        coalesce(entry.request::text, '-'))
$$;

-- Seal all entries that are committed and not sealed yet into one block; its number, or null where
-- there was nothing. One sealer at a time; whoever writes an entry never waits for it. The block
-- lists its entries (key and hash), and its own hash covers that list and the block before it.
CREATE OR REPLACE FUNCTION trace_seal(at timestamptz) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    keys uuid[];
    last access_traceblock;
    new_number bigint;
    listed bytea;
    heading text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('kapok trace', 0));
    SELECT array_agg(id ORDER BY id) INTO keys
    FROM (SELECT id FROM access_look WHERE block IS NULL ORDER BY id LIMIT 10000) AS open;
    IF keys IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO last FROM access_traceblock ORDER BY number DESC LIMIT 1;
    new_number := coalesce(last.number, 0) + 1;
    SELECT string_agg(
        uuid_send(entry.id) || substr(sha256(convert_to(trace_text(entry), 'UTF8')), 1, 16),
        ''::bytea ORDER BY entry.id)
    INTO listed FROM access_look AS entry WHERE entry.id = ANY (keys);
    heading := concat_ws('|', new_number, (extract(epoch FROM at) * 1000000)::bigint, cardinality(keys));
    INSERT INTO access_traceblock (number, sealed_at, n_entries, previous, entries, sha256)
    VALUES (new_number, at, cardinality(keys), coalesce(last.sha256, ''::bytea), listed,
        sha256(coalesce(last.sha256, ''::bytea) || convert_to(heading, 'UTF8') || listed));
    UPDATE access_look SET block = new_number WHERE id = ANY (keys);
    RETURN new_number;
END
$$;

-- Entries that name a subject, of those that whoever acts may read. Arrays are searched through an
-- index only beyond the policies, so the scope is applied here.
CREATE OR REPLACE FUNCTION trace_naming(subject uuid) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT entry.id FROM access_look AS entry
    WHERE entry.subjects @> ARRAY[subject]
      AND (entry.account = scope_account()
        OR (scope_may('trace:view')
            AND (scope_is_everywhere() OR coalesce(scope_holds(entry.place), false))))
$$;

-- Forget the entries of blocks that were sealed more than three years ago (and before a moment);
-- their blocks stay, and so the chain. The number of entries, and the last block. Whoever seals says
-- when, so that the entries' own moments must be as old.
CREATE OR REPLACE FUNCTION trace_forget(before timestamptz, at_most integer,
    OUT n_entries bigint, OUT last_block bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    blocks bigint[];
BEGIN
    before := least(before, clock_timestamp() - interval '1095 days');
    SELECT array_agg(number), max(number) INTO blocks, last_block FROM (
        SELECT number FROM access_traceblock AS sealed
        WHERE sealed_at < before
          AND EXISTS (SELECT 1 FROM access_look WHERE block = sealed.number)
          AND NOT EXISTS (SELECT 1 FROM access_look WHERE block = sealed.number AND at >= before)
        ORDER BY number LIMIT at_most) AS old;
    DELETE FROM access_look WHERE block = ANY (coalesce(blocks, '{}'));
    GET DIAGNOSTICS n_entries = ROW_COUNT;
END
$$;
