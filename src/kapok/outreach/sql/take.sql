-- How long a message may wait before nobody has a use for it any more: what was to be done is over,
-- or was heard at the door. As GOOD_FOR in sending/hours.py.
CREATE OR REPLACE FUNCTION outreach_good_for(urgent boolean) RETURNS interval
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN urgent THEN interval '12 hours' ELSE interval '24 hours' END
$$;

-- Take messages that are due for one channel: text messages of its area, or those of its chat. They
-- are marked with a lease before anything is sent, so that no other sender takes them, and what a
-- killed sender held is known. The number comes encrypted, or null where the contact is gone. For
-- the box alone.
CREATE OR REPLACE FUNCTION outreach_take(
    wanted uuid, moment timestamptz, lease interval, only_urgent boolean, at_most integer
) RETURNS TABLE (message uuid, number bytea, language text, code text, version uuid, n_tries smallint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    way record;
BEGIN
    IF NOT (scope_setting('role') = 'box' AND scope_may('channel:manage')) THEN
        RAISE EXCEPTION 'who acts may not send messages' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT kind <> 'SMPP' AS is_chat, place AS lo, place + CASE level
        WHEN 'PROVINCE' THEN 10000000000000 WHEN 'CITY' THEN 100000000000
        WHEN 'DISTRICT' THEN 1000000000 WHEN 'STREET' THEN 1000000
        WHEN 'COMMUNITY' THEN 1000 ELSE 1 END AS hi
    INTO way FROM outreach_channel WHERE id = wanted AND stopped_at IS NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    RETURN QUERY
    -- Version by version, so that a million messages of a notice that was withdrawn are not read
    -- through before they are marked.
    WITH live AS MATERIALIZED (
        SELECT told.id, notice.urgent FROM outreach_noticeversion AS told
        JOIN outreach_notice AS notice ON notice.id = told.notice_id
        WHERE told.told_at > moment - interval '30 days' AND told.stopped_at IS NULL
          AND (notice.urgent OR NOT only_urgent)
    ), next AS MATERIALIZED (
        SELECT due.id FROM live CROSS JOIN LATERAL (
            SELECT waiting.id, waiting.due_at FROM outreach_message AS waiting
            WHERE waiting.version_id = live.id AND waiting.state = 'WAITING'
              AND waiting.is_chat = way.is_chat AND waiting.due_at <= moment
              AND waiting.due_at > moment - outreach_good_for(live.urgent)
              AND waiting.place >= way.lo AND waiting.place < way.hi
              AND (NOT way.is_chat OR waiting.channel_id = wanted)
            ORDER BY waiting.due_at LIMIT at_most FOR UPDATE SKIP LOCKED
        ) AS due
        ORDER BY live.urgent DESC, due.due_at LIMIT at_most
    ), taken AS (
        UPDATE outreach_message AS mine SET state = 'TAKEN', channel_id = wanted,
            lease_until = moment + lease
        FROM next WHERE mine.id = next.id
        RETURNING mine.*
    )
    SELECT taken.id, contact.value, taken.language::text, taken.code::text, taken.version_id,
        taken.n_tries
    FROM taken LEFT JOIN people_contact AS contact ON contact.id = taken.contact;
END
$$;

-- Where the household of one message lives and its number, encrypted: for the answer that its link
-- brings, so that the desk can call back and knows the door. For the box alone.
CREATE OR REPLACE FUNCTION outreach_home(wanted uuid)
RETURNS TABLE (building uuid, address text, number bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT dwelling.building_id, concat_ws(' ', building.name, dwelling.room), contact.value
    FROM outreach_message AS message
    LEFT JOIN people_household AS home ON home.id = message.household AND home.ended_at IS NULL
    LEFT JOIN people_dwelling AS dwelling ON dwelling.id = home.dwelling_id
    LEFT JOIN places_building AS building ON building.id = dwelling.building_id
    LEFT JOIN people_contact AS contact ON contact.id = message.contact
    WHERE message.id = wanted AND scope_setting('role') = 'box' AND scope_may('channel:manage')
$$;
