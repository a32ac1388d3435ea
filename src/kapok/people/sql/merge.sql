-- What hangs on one of two rows that were one person goes to the other, also what the one who merges
-- cannot see (registers of another realm, requests to the data protection officer). What the other
-- has already (a telephone, an open register, a consent) stays behind. The answer names the rows that
-- went, by table: opaque keys, which undoing needs.
CREATE OR REPLACE FUNCTION people_may_merge(one uuid, other uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT scope_may('person:edit') AND scope_has_purpose() AND one <> other AND 2 = (
        SELECT count(*) FROM people_person WHERE id IN (one, other) AND scope_holds(place))
$$;

CREATE OR REPLACE FUNCTION people_hand_on(lost uuid, kept uuid) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    goal bigint;
    gone jsonb := '{}';
    ids uuid[];
BEGIN
    IF NOT people_may_merge(lost, kept) THEN
        RAISE EXCEPTION 'who acts may not merge these' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT place INTO goal FROM people_person WHERE id = kept;

    WITH went AS (
        UPDATE people_contact AS mine SET person_id = kept, place = goal WHERE person_id = lost
          AND NOT EXISTS (SELECT FROM people_contact AS theirs
            WHERE theirs.person_id = kept AND theirs.value_index = mine.value_index)
        RETURNING id
    ) SELECT array_agg(id) INTO ids FROM went;
    gone := gone || jsonb_build_object('contact', ids);

    WITH went AS (
        UPDATE people_residence SET person_id = kept WHERE person_id = lost RETURNING id
    ) SELECT array_agg(id) INTO ids FROM went;
    gone := gone || jsonb_build_object('residence', ids);

    WITH went AS (
        UPDATE people_registerentry AS mine SET person_id = kept,
            place = CASE WHEN mine.ended_on IS NULL THEN goal ELSE mine.place END
        WHERE person_id = lost AND (mine.ended_on IS NOT NULL OR NOT EXISTS (
            SELECT FROM people_registerentry AS theirs
            WHERE theirs.person_id = kept AND theirs.kind = mine.kind AND theirs.ended_on IS NULL))
        RETURNING id
    ) SELECT array_agg(id) INTO ids FROM went;
    gone := gone || jsonb_build_object('registerentry', ids);

    WITH went AS (
        UPDATE people_guardian SET person_id = kept, place = goal WHERE person_id = lost RETURNING id
    ) SELECT array_agg(id) INTO ids FROM went;
    gone := gone || jsonb_build_object('guardian', ids);

    WITH went AS (
        UPDATE people_guardian SET guardian_id = kept
        WHERE guardian_id = lost AND person_id <> kept RETURNING id
    ) SELECT array_agg(id) INTO ids FROM went;
    gone := gone || jsonb_build_object('ward', ids);

    WITH went AS (
        UPDATE people_consent AS mine SET person_id = kept, place = goal WHERE person_id = lost
          AND (mine.withdrawn_at IS NOT NULL OR NOT EXISTS (
            SELECT FROM people_consent AS theirs WHERE theirs.person_id = kept
              AND theirs.purpose = mine.purpose AND theirs.withdrawn_at IS NULL))
        RETURNING id
    ) SELECT array_agg(id) INTO ids FROM went;
    gone := gone || jsonb_build_object('consent', ids);

    WITH went AS (
        UPDATE people_rightsrequest SET person_id = kept, place = goal WHERE person_id = lost
        RETURNING id
    ) SELECT array_agg(id) INTO ids FROM went;
    RETURN gone || jsonb_build_object('rightsrequest', ids);
END
$$;

-- The way back: what went and is still there returns.
CREATE OR REPLACE FUNCTION people_hand_back(kept uuid, lost uuid, gone jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part record;
BEGIN
    IF NOT people_may_merge(lost, kept) OR NOT EXISTS (
        SELECT FROM people_person WHERE id = lost AND merged_into_id = kept
    ) THEN
        RAISE EXCEPTION 'who acts may not undo this' USING ERRCODE = 'insufficient_privilege';
    END IF;
    FOR part IN
        SELECT key, ARRAY(SELECT jsonb_array_elements_text(value)::uuid) AS ids
        FROM jsonb_each(gone) WHERE jsonb_typeof(value) = 'array'
    LOOP
        IF part.key = 'ward' THEN
            UPDATE people_guardian SET guardian_id = lost
            WHERE id = ANY (part.ids) AND guardian_id = kept;
        ELSIF part.key IN ('contact', 'residence', 'registerentry', 'guardian', 'consent',
                'rightsrequest') THEN
            EXECUTE format('UPDATE people_%I SET person_id = $1, place = (SELECT place '
                'FROM people_person WHERE id = $1) WHERE id = ANY ($2) AND person_id = $3',
                part.key) USING lost, part.ids, kept;
        END IF;
    END LOOP;
END
$$;
