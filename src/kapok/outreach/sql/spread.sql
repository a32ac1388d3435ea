-- A moment after so much time in which people are awake, 7 to 22 o'clock; what is urgent counts the
-- night as well. As awake_after in sending/hours.py.
CREATE OR REPLACE FUNCTION outreach_awake_after(moment timestamptz, wait interval, urgent boolean)
RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH here AS (
        SELECT (moment AT TIME ZONE 'Asia/Shanghai') - interval '7 hours' AS clock
    ), spent AS (
        SELECT date_trunc('day', clock) AS day, extract(epoch FROM
            least(clock - date_trunc('day', clock), interval '15 hours') + wait) AS s FROM here
    ) SELECT CASE WHEN urgent THEN moment + wait ELSE
        (day + interval '7 hours' + floor(s / 54000) * interval '1 day'
            + (s - floor(s / 54000) * 54000) * interval '1 second') AT TIME ZONE 'Asia/Shanghai'
        END FROM spent
$$;

-- Put the messages of some groups into the outbox: at most so many groups that passed a version on
-- and were not queued yet. All of it is one statement, and with queued_at one transaction: whoever is
-- killed in the middle has written nothing, and goes on with the same groups. For the box alone; it
-- answers how many groups it did. What is written are keys; no number is read.
--
-- An address gets a version once, however many households it is written down in. Messages of a notice
-- with a pace of its own (per_hour) fall due one after another.
CREATE OR REPLACE FUNCTION outreach_spread(wanted uuid, at_most integer, moment timestamptz)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    told record;
    part uuid[];
    n_new integer;
BEGIN
    IF NOT (scope_setting('role') = 'box' AND scope_may('channel:manage')) THEN
        RAISE EXCEPTION 'who acts may not queue messages' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT version.told_at, version.n_messages, notice.audience, notice.urgent, notice.per_hour,
        notice.override_reason <> '' AS overrides
    INTO told FROM outreach_noticeversion AS version
    JOIN outreach_notice AS notice ON notice.id = version.notice_id AND notice.state = 'SENT'
    WHERE version.id = wanted FOR UPDATE OF version;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    SELECT array_agg(id) INTO part FROM (
        SELECT id FROM outreach_passing
        WHERE version_id = wanted AND queued_at IS NULL AND passed_at IS NOT NULL
        ORDER BY place LIMIT at_most FOR UPDATE) AS next;
    IF part IS NULL THEN
        RETURN 0;
    END IF;

    WITH here AS MATERIALIZED (
        SELECT place FROM outreach_passing WHERE id = ANY (part)
    ), living AS MATERIALIZED (
        SELECT person.id, person.place, person.household_id AS household,
            coalesce(person.household_id, person.id) AS home, person.birth_date,
            CASE WHEN 'en' = ANY (person.languages)
                AND NOT person.languages && '{zh,cmn,yue}'::varchar[] THEN 'en' ELSE 'zh'
            END AS language
        FROM here JOIN people_person AS person ON person.place = here.place
        WHERE person.left_at IS NULL AND person.presence <> 'REGISTERED'
    ), meant AS MATERIALIZED (
        SELECT home FROM living GROUP BY home
        HAVING outreach_is_for(told.audience, min(birth_date), max(birth_date), moment)
    ), reached AS MATERIALIZED (
        SELECT living.place, living.home, living.household, living.language, contact.id AS contact,
            contact.kind, contact.value_index
        FROM living JOIN meant USING (home)
        -- One by one through the index: joined as a whole, all contacts of the box may be read through
        -- for each part.
        CROSS JOIN LATERAL (
            SELECT held.id, held.kind, held.value_index FROM people_contact AS held
            WHERE held.person_id = living.id OFFSET 0
        ) AS contact
    ), addressed AS (
        SELECT DISTINCT ON (value_index) * FROM reached WHERE kind = 'MOBILE'
        ORDER BY value_index, contact
    ), numbered AS (
        SELECT addressed.*, told.n_messages + row_number() OVER (ORDER BY place, contact) AS turn
        FROM addressed
    ), written AS (
        INSERT INTO outreach_message (id, version_id, place, is_chat, urgent, language, household,
            contact, address_index, code, state, due_at, n_tries, n_parts, cost_milli, answer)
        SELECT uuidv7(), wanted, place, false, told.urgent, language, household, contact,
            value_index, outreach_code(),
            CASE WHEN optout.address_index IS NULL OR told.overrides THEN 'WAITING'
                ELSE 'OPTED_OUT' END,
            CASE WHEN told.per_hour IS NULL THEN outreach_awake_after(moment, '0', told.urgent)
                ELSE greatest(outreach_awake_after(moment, '0', told.urgent), outreach_awake_after(
                    told.told_at, turn * interval '1 hour' / told.per_hour, told.urgent)) END,
            0, 0, 0, ''
        FROM numbered
        LEFT JOIN outreach_optout AS optout ON optout.address_index = numbered.value_index
        ON CONFLICT (address_index, version_id) DO NOTHING
        RETURNING place
    ), sums AS (
        SELECT place, count(*) AS n_messages, 0 AS n_homes, 0 AS n_silent FROM written GROUP BY place
        UNION ALL
        SELECT living.place, 0, count(DISTINCT living.home),
            count(DISTINCT living.home) FILTER (
                WHERE NOT EXISTS (SELECT FROM reached WHERE reached.home = living.home))
        FROM living JOIN meant USING (home) GROUP BY living.place
    ), whole AS (
        SELECT here.place, coalesce(sum(n_messages), 0) AS n_messages,
            coalesce(sum(n_homes), 0) AS n_homes, coalesce(sum(n_silent), 0) AS n_silent
        FROM here LEFT JOIN sums ON sums.place = here.place GROUP BY here.place
    ), noted AS (
        UPDATE outreach_passing AS passing SET queued_at = moment, n_messages = whole.n_messages,
            n_households = whole.n_homes, n_without_phone = whole.n_silent
        FROM whole WHERE passing.id = ANY (part) AND passing.place = whole.place
        RETURNING passing.n_messages
    ) SELECT coalesce(sum(n_messages), 0) INTO n_new FROM noted;

    UPDATE outreach_noticeversion SET n_messages = n_messages + n_new WHERE id = wanted;
    RETURN cardinality(part);
END
$$;

-- How many households a notice would be for, how many have no telephone, and how many mobiles they
-- have: counts, for whoever may write notices for the place.
CREATE OR REPLACE FUNCTION outreach_reach(lo bigint, hi bigint, audience text, moment timestamptz)
RETURNS TABLE (households bigint, without_phone bigint, mobiles bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH homes AS (
        SELECT coalesce(person.household_id, person.id) AS home,
            sum((SELECT count(*) FROM people_contact AS contact
                 WHERE contact.person_id = person.id)) AS n,
            sum((SELECT count(*) FROM people_contact AS contact
                 WHERE contact.person_id = person.id AND contact.kind = 'MOBILE')) AS n_mobile
        FROM people_person AS person
        WHERE person.place >= lo AND person.place < hi AND person.left_at IS NULL
          AND person.presence <> 'REGISTERED'
          AND scope_may('notice:write') AND int8range(lo, hi) <@ scope_ranges()
        GROUP BY 1
        HAVING outreach_is_for(audience, min(birth_date), max(birth_date), moment)
    ) SELECT count(*), count(*) FILTER (WHERE n = 0), coalesce(sum(n_mobile), 0)::bigint FROM homes
$$;
