-- Whether who acts may note that a household has a notice: the household itself; the box, for a link
-- that only its message holds; the representative of its building; whoever passes notices on there.
CREATE OR REPLACE FUNCTION outreach_answers_for(home uuid, home_place bigint, home_building uuid)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE scope_setting('role')
        WHEN 'resident' THEN home = ANY (scope_handed())
        WHEN 'box' THEN scope_may('channel:manage')
        WHEN 'representative' THEN scope_may('notice:pass') AND EXISTS (
            SELECT FROM outreach_representative AS standing
            WHERE standing.building_id = home_building AND standing.ended_at IS NULL
              AND standing.account_id = scope_account())
        ELSE scope_may('notice:pass') AND scope_holds(home_place) END
$$;

-- Note that households have a version, once each, and count it at their group; how many were new.
-- Households that who acts may not answer for are left out. Whoever the notice is not for may have
-- read it as well, and is not counted: neither they nor their telephones were, when it was spread.
CREATE OR REPLACE FUNCTION outreach_read(
    wanted uuid, homes uuid[], way text, moment timestamptz
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    n_new integer;
BEGIN
    WITH mine AS (
        SELECT household.id, household.place, coalesce(living.has_phone, false) AS has_phone,
            outreach_is_for(notice.audience, living.eldest, living.youngest, moment)
                AND living.n > 0 AS is_meant
        FROM people_household AS household
        JOIN people_dwelling AS dwelling ON dwelling.id = household.dwelling_id
        JOIN outreach_passing AS passing
            ON passing.version_id = wanted AND passing.place = household.place
        JOIN outreach_noticeversion AS version ON version.id = wanted
        JOIN outreach_notice AS notice ON notice.id = version.notice_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS n, min(person.birth_date) AS eldest,
                max(person.birth_date) AS youngest, bool_or(EXISTS (
                    SELECT FROM people_contact AS contact
                    WHERE contact.person_id = person.id)) AS has_phone
            FROM people_person AS person
            WHERE person.household_id = household.id AND person.left_at IS NULL
              AND person.presence <> 'REGISTERED'
        ) AS living
        WHERE household.id = ANY (homes) AND household.ended_at IS NULL
          AND outreach_answers_for(household.id, household.place, dwelling.building_id)
    ), added AS (
        INSERT INTO outreach_receipt (id, version_id, place, household, how, noted_by_id, at)
        SELECT uuidv7(), wanted, place, id, way, scope_account(), moment FROM mine ORDER BY id
        ON CONFLICT (version_id, household) DO NOTHING RETURNING household
    ), sums AS (
        SELECT mine.place, count(*) AS n, count(*) FILTER (WHERE is_meant) AS n_meant,
            count(*) FILTER (WHERE is_meant AND NOT has_phone) AS n_silent
        FROM added JOIN mine ON mine.id = added.household GROUP BY mine.place
    ), held AS MATERIALIZED (
        SELECT passing.id, sums.n, sums.n_meant, sums.n_silent FROM outreach_passing AS passing
        JOIN sums ON sums.place = passing.place
        WHERE passing.version_id = wanted ORDER BY passing.place FOR UPDATE OF passing
    ), noted AS (
        UPDATE outreach_passing AS passing
        SET n_read = least(n_households, n_read + held.n_meant),
            n_read_without_phone = least(n_without_phone, n_read_without_phone + held.n_silent)
        FROM held WHERE passing.id = held.id RETURNING held.n
    ) SELECT coalesce(sum(n), 0) INTO n_new FROM noted;
    RETURN n_new;
END
$$;

-- The doors of a version that who acts answers for: flats, whether there is a telephone, and whether
-- the household has the notice. Never a name, a number, or why.
CREATE OR REPLACE FUNCTION outreach_doors(wanted uuid, lo bigint, hi bigint, moment timestamptz)
RETURNS TABLE (household uuid, building uuid, building_name text, room text, has_phone boolean,
    how text, noted_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT home.id, standing.id, standing.name::text, dwelling.room::text, bool_or(EXISTS (
            SELECT FROM people_contact AS contact WHERE contact.person_id = person.id)),
        receipt.how::text, receipt.at
    FROM outreach_passing AS passing
    JOIN outreach_noticeversion AS version ON version.id = passing.version_id
    JOIN outreach_notice AS notice ON notice.id = version.notice_id
    JOIN people_household AS home ON home.place = passing.place AND home.ended_at IS NULL
    JOIN people_dwelling AS dwelling ON dwelling.id = home.dwelling_id
    JOIN places_building AS standing ON standing.id = dwelling.building_id
    JOIN people_person AS person ON person.household_id = home.id AND person.left_at IS NULL
        AND person.presence <> 'REGISTERED'
    LEFT JOIN outreach_receipt AS receipt
        ON receipt.version_id = wanted AND receipt.household = home.id
    WHERE passing.version_id = wanted AND passing.place >= lo AND passing.place < hi
      AND outreach_answers_for(home.id, home.place, dwelling.building_id)
    GROUP BY home.id, standing.id, dwelling.room, receipt.how, receipt.at, notice.audience
    HAVING outreach_is_for(notice.audience, min(person.birth_date), max(person.birth_date), moment)
    ORDER BY standing.name, standing.id, dwelling.room, home.id
    LIMIT 2000
$$;
