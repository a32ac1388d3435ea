-- Raise an alarm, once for a kind, an account and a day. It is raised again, for whoever settled it
-- to look at once more, when the number has grown since. Whoever acts may raise one and see none.
CREATE OR REPLACE FUNCTION alarm_raise(
    key uuid, what text, whose uuid, somewhere bigint, on_day date, how_many bigint,
    moment timestamptz
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO access_alarm (id, kind, account, place, day, n, raised_at, finding)
    VALUES (key, what, whose, somewhere, on_day, how_many, moment, '')
    ON CONFLICT (kind, account, day) DO UPDATE
    SET n = excluded.n, settled_at = NULL, settled_by_id = NULL, raised_at = excluded.raised_at
    WHERE excluded.n > access_alarm.n
$$;
