-- Reviewed functions of the hotline's figures. They run as the owner of the tables and count alone,
-- for who may count or lead, over their places: no number, no index and no key of a call comes out,
-- and a count of 1 to 4 is told as nothing at all.

CREATE OR REPLACE FUNCTION hotline_told(n bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN n BETWEEN 1 AND 4 THEN NULL ELSE n::integer END
$$;

-- How many callers with a known number there were, how many of them somebody answered, how many
-- calls were theirs, and how many of those by the ten who called most.
CREATE OR REPLACE FUNCTION hotline_callers(since timestamptz, until timestamptz, only_line uuid)
RETURNS TABLE (n_callers integer, n_answered integer, n_calls integer, n_of_ten integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH caller AS (
        SELECT count(*) AS n, bool_or(call.answered_at IS NOT NULL) AS was_answered
        FROM hotline_call AS call
        JOIN hotline_callrecord AS record ON record.call_id = call.id
        WHERE (SELECT scope_may('call:count') OR scope_may('call:lead'))
          AND call.way = 'IN' AND call.rang_at >= since AND call.rang_at < until
          AND (only_line IS NULL OR call.line_id = only_line)
          AND call.place >= (SELECT scope_lo()) AND call.place < (SELECT scope_hi())
          AND ((SELECT scope_is_one_range()) OR call.place <@ (SELECT scope_ranges()))
          AND record.phone_index IS NOT NULL
        GROUP BY record.phone_index
    ), most AS (SELECT n FROM caller ORDER BY n DESC LIMIT 10)
    SELECT hotline_told(count(*)), hotline_told(count(*) FILTER (WHERE was_answered)),
        hotline_told(coalesce(sum(n), 0)::bigint),
        hotline_told((SELECT coalesce(sum(n), 0)::bigint FROM most))
    FROM caller
$$;

-- What callers needed, by the category of the pack.
CREATE OR REPLACE FUNCTION hotline_wanted(since timestamptz, until timestamptz, only_line uuid)
RETURNS TABLE (category varchar, n integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT need.category, hotline_told(count(*))
    FROM hotline_call AS call
    JOIN hotline_need AS need ON need.call_id = call.id
    WHERE (SELECT scope_may('call:count') OR scope_may('call:lead'))
      AND call.rang_at >= since AND call.rang_at < until
      AND (only_line IS NULL OR call.line_id = only_line)
      AND call.place >= (SELECT scope_lo()) AND call.place < (SELECT scope_hi())
      AND ((SELECT scope_is_one_range()) OR call.place <@ (SELECT scope_ranges()))
    GROUP BY need.category ORDER BY count(*) DESC, need.category
$$;

-- Calls by the highest level of danger that was found in them, for who leads the line.
CREATE OR REPLACE FUNCTION hotline_dangers(since timestamptz, until timestamptz, only_line uuid)
RETURNS TABLE (level smallint, n integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH highest AS (
        SELECT max(screen.level) AS level
        FROM hotline_call AS call
        JOIN hotline_riskscreen AS screen ON screen.call_id = call.id
        WHERE (SELECT scope_may('call:lead'))
          AND call.rang_at >= since AND call.rang_at < until
          AND (only_line IS NULL OR call.line_id = only_line)
          AND call.place >= (SELECT scope_lo()) AND call.place < (SELECT scope_hi())
          AND ((SELECT scope_is_one_range()) OR call.place <@ (SELECT scope_ranges()))
        GROUP BY call.id
    )
    SELECT highest.level::smallint, hotline_told(count(*)) FROM highest GROUP BY highest.level
$$;
