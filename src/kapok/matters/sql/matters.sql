-- Reviewed functions of matters. They run as the owner of the tables; what they answer is said.

-- Every change of a matter is marked with its transaction, so that phones can pull what changed
-- since a snapshot without missing what was committed late. The moment of its first acceptance or
-- sending stays with it, so that boards need not look through its trace.
CREATE OR REPLACE FUNCTION matters_mark() RETURNS trigger
LANGUAGE plpgsql AS $$ BEGIN
    NEW.changed_in := pg_current_xact_id()::text::bigint;
    IF NEW.accepted_at IS NULL
        AND NEW.state IN ('ACCEPTED', 'ASSIGNED', 'IN_PROGRESS', 'DONE', 'CHECKED') THEN
        NEW.accepted_at := NEW.state_since;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER matters_mark BEFORE INSERT OR UPDATE ON matters_matter
FOR EACH ROW EXECUTE FUNCTION matters_mark();

-- Who works in a grid now: routing must know it wherever a report comes from. It answers keys of
-- accounts and their units, nothing else.
CREATE OR REPLACE FUNCTION matters_workers_at(wanted bigint[], at timestamptz)
RETURNS TABLE (place bigint, is_deputy boolean, account uuid, unit uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ON (asked.place, held.is_deputy)
        asked.place, held.is_deputy, held.account_id, held.unit
    FROM unnest(wanted) AS asked (place)
    JOIN access_appointment AS held ON held.role = 'grid_worker' AND held.ranges @> asked.place
    JOIN access_user AS who ON who.id = held.account_id AND who.is_active
    WHERE held.starts_at <= at AND (held.ends_at IS NULL OR held.ends_at > at)
      AND scope_may('matter:report')
    ORDER BY asked.place, held.is_deputy, held.starts_at, held.id
$$;

-- Open matters follow their building into its new grid; ended ones keep the code of their time.
CREATE OR REPLACE FUNCTION matters_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN
    UPDATE matters_matter AS matter SET place = now.place
    FROM building_was AS was JOIN building_is AS now USING (id)
    WHERE was.place <> now.place AND matter.building_id = now.id
      AND matter.closed_at IS NULL AND matter.place <> now.place;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER matters_follow AFTER UPDATE ON places_building
REFERENCING OLD TABLE AS building_was NEW TABLE AS building_is
FOR EACH STATEMENT EXECUTE FUNCTION matters_follow();

-- Open matters of a kind in a community since a moment, with what their first report said: what the
-- search for duplicates compares with. It answers the box alone, while it takes a report in; nobody
-- is shown what it answers, only whether something like it is there.
CREATE OR REPLACE FUNCTION matters_heard(
    wanted text, community bigint, since timestamptz, besides uuid, at_most integer)
RETURNS TABLE (matter uuid, place bigint, building uuid, lon float8, lat float8,
    received_at timestamptz, words text, answers jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT matter.id, matter.place, matter.building_id, matter.lon, matter.lat, matter.received_at,
        coalesce(report.words, ''), coalesce(report.answers, '{}')
    FROM matters_matter AS matter
    LEFT JOIN LATERAL (
        SELECT left(report.text, 500) AS words, report.answers FROM matters_report AS report
        WHERE report.matter_id = matter.id ORDER BY report.received_at LIMIT 1
    ) AS report ON true
    WHERE (SELECT scope_may('matter:report') AND scope_has_purpose() AND scope_is_everywhere()
              AND scope_setting('role') = 'box')
      AND matter.kind = wanted AND matter.id <> besides
      AND matter.place >= community AND matter.place < community + 1000
      AND matter.received_at >= since
      AND matter.state NOT IN ('CLOSED', 'DUPLICATE', 'WITHDRAWN', 'REJECTED')
    ORDER BY matter.received_at DESC LIMIT at_most
$$;

-- What the entries of matters said is emptied when the time of the matters is over: who moved them,
-- when and how stays. It is asked by the box alone while it deletes what falls due, and answers how
-- many entries there were.
CREATE OR REPLACE FUNCTION matters_forget_words(matters uuid[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE n bigint;
BEGIN
    IF scope_setting('purpose') IS DISTINCT FROM 'deletion' THEN
        RETURN 0;
    END IF;
    UPDATE matters_matterevent AS event SET data = '{}'
    FROM matters_matter AS matter
    WHERE event.matter_id = matter.id AND matter.id = ANY (matters) AND event.data <> '{}'
      AND matter.closed_at IS NOT NULL AND scope_ranges() @> matter.place;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;

-- The matters in sight of which somebody said something, for a desk that looks for words; nothing
-- (null) where so many reports hold them that reading the queue finds some sooner. Who looks acts
-- for a purpose; the policies of the matters are applied to the answer once more.
CREATE OR REPLACE FUNCTION matters_saying(words text, at_most integer) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found uuid[];
BEGIN
    IF NOT (scope_has_purpose() AND (scope_may('matter:view') OR scope_may('matter:handle'))) THEN
        RETURN '{}';
    END IF;
    found := ARRAY(
        SELECT report.matter_id FROM matters_report AS report
        WHERE matters_pairs(report.text, report.address) @> matters_pairs(words, '')
          AND (strpos(lower(report.text), lower(words)) > 0
               OR strpos(lower(report.address), lower(words)) > 0)
        LIMIT at_most + 1
    );
    IF cardinality(found) > at_most THEN
        RETURN NULL;
    END IF;
    RETURN ARRAY(
        SELECT matter.id FROM matters_matter AS matter
        WHERE matter.id = ANY (found)
          AND (matter.realm = ANY ((SELECT scope_realms())::text[])
                 AND (matter.place <@ (SELECT scope_ranges())
                      OR matter.assignee = (SELECT scope_account())
                      OR matter.unit = (SELECT scope_unit())
                      OR matter.id = ANY ((SELECT scope_handed())::uuid[]))
               OR matter.reported_by = (SELECT scope_account()))
    );
END
$$;

-- As what people work in some units now: sending must not give a matter to a unit whose people
-- could not see it. It answers roles by unit, nobody's name, to who sends.
CREATE OR REPLACE FUNCTION matters_roles_of(units uuid[], at timestamptz)
RETURNS TABLE (unit uuid, role text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT held.unit, held.role
    FROM access_appointment AS held
    JOIN access_user AS who ON who.id = held.account_id AND who.is_active
    WHERE held.unit = ANY (units) AND (SELECT scope_may('matter:send'))
      AND held.starts_at <= at AND (held.ends_at IS NULL OR held.ends_at > at)
$$;
