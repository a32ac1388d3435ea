-- What residents may book: spans of plans in force at their own community, at what lies inside it,
-- and at the areas around it. When a site is open is announced to everybody; who booked is not told.
CREATE OR REPLACE FUNCTION portal_slots(community bigint, around bigint[], since timestamptz)
RETURNS TABLE (slot uuid, place bigint, post varchar, starts_at timestamptz, ends_at timestamptz,
    capacity integer, booked bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT span.id, span.place, span.post, span.starts_at, span.ends_at, span.capacity,
        (SELECT count(*) FROM portal_booking AS booking
         WHERE booking.slot = span.id AND booking.cancelled_at IS NULL)
    FROM planning_bookingslot AS span
    JOIN planning_plan AS plan ON plan.id = span.plan_id AND plan.state = 'IN_FORCE'
    WHERE span.starts_at > since
      AND (span.place = ANY (around) OR (span.place >= community AND span.place < community + 1000))
    ORDER BY span.starts_at, span.post
    LIMIT 400
$$;

-- One of them, held until the end of the transaction: whoever books it at the same moment waits.
CREATE OR REPLACE FUNCTION portal_hold_slot(wanted uuid, community bigint, around bigint[],
    since timestamptz)
RETURNS TABLE (slot uuid, place bigint, post varchar, starts_at timestamptz, ends_at timestamptz,
    capacity integer)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT span.id, span.place, span.post, span.starts_at, span.ends_at, span.capacity
    FROM planning_bookingslot AS span
    JOIN planning_plan AS plan ON plan.id = span.plan_id AND plan.state = 'IN_FORCE'
    WHERE span.id = wanted AND span.starts_at > since AND scope_may('portal:keep')
      AND (span.place = ANY (around) OR (span.place >= community AND span.place < community + 1000))
    FOR UPDATE OF span
$$;

-- Whether a span that somebody booked is still offered: its site may have ended.
CREATE OR REPLACE FUNCTION portal_slot_stands(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM planning_bookingslot AS span
        JOIN planning_plan AS plan ON plan.id = span.plan_id AND plan.state = 'IN_FORCE'
        WHERE span.id = wanted)
$$;
