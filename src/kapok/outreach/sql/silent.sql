-- How many doors without a telephone were not told of notices at residents' groups, by building: of
-- the doors that who acts answers for, as outreach_doors lists them one by one. The households of a
-- group are read once, however many notices are asked for. Counts, and keys of buildings.
CREATE OR REPLACE FUNCTION outreach_silent(wanted uuid[], moment timestamptz)
RETURNS TABLE (passing uuid, building uuid, n bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH asked AS MATERIALIZED (
        SELECT here.id, here.version_id, here.place, notice.audience
        FROM outreach_passing AS here
        JOIN outreach_noticeversion AS version ON version.id = here.version_id
        JOIN outreach_notice AS notice ON notice.id = version.notice_id
        WHERE here.id = ANY (wanted)
    ), silent AS MATERIALIZED (
        SELECT home.id, home.place, dwelling.building_id, min(person.birth_date) AS eldest,
            max(person.birth_date) AS youngest
        FROM people_household AS home
        JOIN people_dwelling AS dwelling ON dwelling.id = home.dwelling_id
        JOIN people_person AS person ON person.household_id = home.id AND person.left_at IS NULL
            AND person.presence <> 'REGISTERED'
        WHERE home.place IN (SELECT asked.place FROM asked) AND home.ended_at IS NULL
          AND dwelling.building_id IS NOT NULL
        GROUP BY home.id, dwelling.building_id
        HAVING NOT bool_or(EXISTS (
            SELECT FROM people_contact AS contact WHERE contact.person_id = person.id))
    )
    SELECT asked.id, silent.building_id, count(*)
    FROM asked JOIN silent ON silent.place = asked.place
    WHERE outreach_is_for(asked.audience, silent.eldest, silent.youngest, moment)
      AND NOT EXISTS (
        SELECT FROM outreach_receipt AS receipt
        WHERE receipt.version_id = asked.version_id AND receipt.household = silent.id)
      AND outreach_answers_for(silent.id, silent.place, silent.building_id)
    GROUP BY asked.id, silent.building_id
$$;
