-- Shifts beyond what whoever acts may read, for the rules that hold for a whole person, and the key
-- of a calendar, which opens without a session. Each applies the scope itself.

-- Those among some people whose times of duty whoever acts may be told.
CREATE OR REPLACE FUNCTION workforce_known_here(accounts uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(person), '{}') FROM unnest(accounts) AS person
    WHERE person = scope_account() OR scope_may('team:manage')
       OR EXISTS (
            SELECT FROM access_appointment AS held
            WHERE held.account_id = person AND held.ranges && scope_ranges()
              AND held.starts_at <= scope_at()
              AND (held.ends_at IS NULL OR held.ends_at > scope_at()))
       OR EXISTS (
            SELECT FROM workforce_swapoffer AS offer
            WHERE offer.account_id = person AND offer.state IN ('OFFERED', 'AGREED')
              AND scope_account() IN (offer.to_id, offer.taken_by_id))
$$;

-- When some people are on duty around a time. For a lead, for the person, for colleagues of the same
-- place and for whoever a shift was offered to. Of posts elsewhere only the time is told.
CREATE OR REPLACE FUNCTION workforce_timetable(
    accounts uuid[], begins timestamptz, ends timestamptz)
RETURNS TABLE (id uuid, account uuid, kind text, post text, place bigint,
    starts_at timestamptz, ends_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT shift.id, shift.account_id, shift.kind,
        CASE WHEN told THEN shift.post ELSE '' END, CASE WHEN told THEN shift.place ELSE 0 END,
        shift.starts_at, shift.ends_at
    FROM workforce_shift AS shift,
        LATERAL (SELECT shift.account_id IS NOT DISTINCT FROM scope_account()
            OR scope_holds(shift.place) AS told) AS seen
    WHERE shift.state = 'PLANNED' AND shift.account_id = ANY (workforce_known_here(accounts))
      AND shift.starts_at < workforce_timetable.ends
      AND shift.ends_at > workforce_timetable.begins
$$;

-- As what somebody works at a place now; "volunteer" for whoever is kept as one. Nothing of places
-- beyond the acting ones, but of oneself.
CREATE OR REPLACE FUNCTION workforce_serves(person uuid, place bigint) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT held.role FROM access_appointment AS held
    JOIN access_user AS account ON account.id = held.account_id AND account.is_active
    WHERE held.account_id = person AND workforce_serves.place <@ held.ranges
      AND held.starts_at <= scope_at() AND (held.ends_at IS NULL OR held.ends_at > scope_at())
      AND (person = scope_account() OR scope_holds(workforce_serves.place))
    UNION
    SELECT 'volunteer' FROM workforce_worker AS worker
    JOIN access_user AS account ON account.id = worker.account_id AND account.is_active
    WHERE worker.account_id = person AND worker.kind = 'VOLUNTEER'
      AND (person = scope_account() OR scope_holds(workforce_serves.place))
$$;

-- Who has shifts in the acting places within four weeks: those one may offer a shift to.
CREATE OR REPLACE FUNCTION workforce_colleagues() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT shift.account_id FROM workforce_shift AS shift
    WHERE shift.state = 'PLANNED' AND shift.account_id <> scope_account()
      AND scope_holds(shift.place)
      AND shift.starts_at > scope_at() - interval '28 days'
      AND shift.starts_at < scope_at() + interval '28 days'
$$;

-- Whose calendar a key opens; nobody's where the key is not known or the account is closed.
CREATE OR REPLACE FUNCTION workforce_calendar(wanted bytea) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT key.account_id FROM workforce_calendarkey AS key
    JOIN access_user AS account ON account.id = key.account_id AND account.is_active
    WHERE key.secret_index = wanted
$$;
