-- Reviewed functions of the lead's board. They run as the owner of the tables and count alone: for
-- who may count, over their places and in their realms; of other realms small cells are not told.

CREATE OR REPLACE FUNCTION matters_board(
    lo bigint, hi bigint, at timestamptz, today timestamptz, width bigint)
RETURNS TABLE (part text, kind text, pack uuid, area bigint, unit uuid, n_open integer,
    n_late integer, n_returned integer, n_reopened integer, n_closed integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH seen AS (  -- what is open and what ended are apart: each has its index
        SELECT matter.place, matter.realm, matter.kind, matter.pack_id, matter.unit,
            true AS is_open, matter.due_at < at AS is_late, matter.n_returned > 0 AS was_returned,
            matter.n_reopened > 0 AS was_reopened
        FROM matters_matter AS matter
        WHERE matter.state NOT IN ('CLOSED', 'DUPLICATE', 'REJECTED', 'WITHDRAWN')
          AND matter.place >= greatest(lo, (SELECT scope_lo()))
          AND matter.place < least(hi, (SELECT scope_hi()))
        UNION ALL
        SELECT matter.place, matter.realm, matter.kind, matter.pack_id, matter.unit,
            false, false, false, false
        FROM matters_matter AS matter
        WHERE matter.closed_at >= today
          AND matter.state IN ('CLOSED', 'DUPLICATE', 'REJECTED', 'WITHDRAWN')
          AND matter.place >= greatest(lo, (SELECT scope_lo()))
          AND matter.place < least(hi, (SELECT scope_hi()))
    ), cell AS MATERIALIZED (  -- a few thousand, which are then added up in four ways
        SELECT seen.kind, seen.pack_id, seen.place - seen.place % width AS area, seen.unit,
            count(*) FILTER (WHERE is_open)::integer AS n_open,
            count(*) FILTER (WHERE is_open AND is_late)::integer AS n_late,
            count(*) FILTER (WHERE is_open AND was_returned)::integer AS n_returned,
            count(*) FILTER (WHERE is_open AND was_reopened)::integer AS n_reopened,
            count(*) FILTER (WHERE NOT is_open)::integer AS n_closed
        FROM seen
        WHERE (SELECT scope_may('matter:count'))
          AND seen.realm = ANY ((SELECT scope_realms())::text[])
          AND ((SELECT scope_is_one_range()) OR seen.place <@ (SELECT scope_ranges()))
        GROUP BY 1, 2, 3, 4
    )
    SELECT CASE grouping(cell.kind, cell.area, cell.unit)
            WHEN 7 THEN 'all' WHEN 3 THEN 'kind' WHEN 5 THEN 'area' ELSE 'unit' END,
        cell.kind, (array_agg(cell.pack_id))[1], cell.area, cell.unit,
        coalesce(sum(cell.n_open), 0)::integer, coalesce(sum(cell.n_late), 0)::integer,
        coalesce(sum(cell.n_returned), 0)::integer, coalesce(sum(cell.n_reopened), 0)::integer,
        coalesce(sum(cell.n_closed), 0)::integer
    FROM cell GROUP BY GROUPING SETS ((), (cell.kind), (cell.area), (cell.unit))
$$;

-- What came in and was ended, by the hour of the day of a zone.
CREATE OR REPLACE FUNCTION matters_board_hours(
    lo bigint, hi bigint, today timestamptz, clock text)
RETURNS TABLE (hour integer, n_came integer, n_went integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT moved.hour, count(*) FILTER (WHERE moved.came)::integer,
        count(*) FILTER (WHERE NOT moved.came)::integer
    FROM (
        SELECT extract(hour FROM received_at AT TIME ZONE clock)::integer AS hour, true AS came,
            place, realm
        FROM matters_matter WHERE received_at >= today
        UNION ALL
        SELECT extract(hour FROM closed_at AT TIME ZONE clock)::integer, false, place, realm
        FROM matters_matter WHERE closed_at >= today
    ) AS moved
    WHERE (SELECT scope_may('matter:count')) AND moved.realm = ANY ((SELECT scope_realms())::text[])
      AND moved.place >= greatest(lo, (SELECT scope_lo()))
      AND moved.place < least(hi, (SELECT scope_hi()))
      AND ((SELECT scope_is_one_range()) OR moved.place <@ (SELECT scope_ranges()))
    GROUP BY 1
$$;

-- The medians, in minutes, from the report to the first acceptance or sending, and to the end, of
-- what was reported since a moment.
CREATE OR REPLACE FUNCTION matters_board_medians(lo bigint, hi bigint, since timestamptz)
RETURNS TABLE (accept_min float8, close_min float8)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT percentile_cont(0.5) WITHIN GROUP (
            ORDER BY extract(epoch FROM matter.accepted_at - matter.received_at)::float8 / 60),
        percentile_cont(0.5) WITHIN GROUP (
            ORDER BY extract(epoch FROM matter.closed_at - matter.received_at)::float8 / 60)
            FILTER (WHERE matter.state = 'CLOSED')
    FROM matters_matter AS matter
    WHERE (SELECT scope_may('matter:count'))
      AND matter.realm = ANY ((SELECT scope_realms())::text[])
      AND matter.received_at >= since
      AND (matter.accepted_at IS NOT NULL OR matter.closed_at IS NOT NULL)
      AND matter.place >= greatest(lo, (SELECT scope_lo()))
      AND matter.place < least(hi, (SELECT scope_hi()))
      AND ((SELECT scope_is_one_range()) OR matter.place <@ (SELECT scope_ranges()))
$$;

-- How many matters of other realms are open, by area: no cell under ten, nor any that a difference
-- would tell. Neither the area nor the level can be chosen, for the same reason.
CREATE OR REPLACE FUNCTION matters_board_beyond()
RETURNS TABLE (realm text, area bigint, n integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    span bigint := scope_hi() - scope_lo();
    width bigint := CASE WHEN span > 10000000000000 THEN 10000000000000
        WHEN span > 100000000000 THEN 100000000000 WHEN span > 1000000000 THEN 1000000000
        WHEN span > 1000000 THEN 1000000 WHEN span > 1000 THEN 1000 ELSE 1 END;
    other record;
    n_untold integer;
    matters_untold integer;
BEGIN
    IF NOT scope_may('matter:count') THEN
        RETURN;
    END IF;
    FOR other IN
        SELECT cell.realm, array_agg(cell.area ORDER BY cell.n, cell.area) AS areas,
            array_agg(cell.n ORDER BY cell.n, cell.area) AS counts, sum(cell.n)::integer AS n
        FROM (
            SELECT matter.realm::text, matter.place - matter.place % width AS area,
                count(*)::integer AS n
            FROM matters_matter AS matter
            WHERE matter.state NOT IN ('CLOSED', 'DUPLICATE', 'REJECTED', 'WITHDRAWN')
              AND matter.realm <> ALL ((SELECT scope_realms())::text[])
              AND matter.place >= (SELECT scope_lo()) AND matter.place < (SELECT scope_hi())
              AND ((SELECT scope_is_one_range()) OR matter.place <@ (SELECT scope_ranges()))
            GROUP BY 1, 2
        ) AS cell GROUP BY cell.realm ORDER BY cell.realm
    LOOP
        n_untold := 0;
        matters_untold := 0;
        realm := other.realm;
        FOR i IN 1 .. cardinality(other.areas) LOOP
            area := other.areas[i];
            n := other.counts[i];
            IF n < 10 OR (n_untold > 0 AND (n_untold < 2 OR matters_untold < 20)) THEN
                n_untold := n_untold + 1;
                matters_untold := matters_untold + n;
                n := NULL;
            END IF;
            RETURN NEXT;
        END LOOP;
        area := NULL;
        n := other.n;
        IF n < 10 OR (n_untold > 0 AND (n_untold < 2 OR matters_untold < 20)) THEN
            n := NULL;
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;
