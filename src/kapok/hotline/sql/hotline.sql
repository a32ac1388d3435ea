-- Earlier calls of a number, anywhere in the box: when, at which line, what was needed, the highest
-- level of risk, how many follow-ups are open. Never a name or a word. Only whoever now holds a call
-- of that number, or is about to call it back, is told; they are told nothing of that call itself.
CREATE OR REPLACE FUNCTION hotline_earlier(wanted bytea, at_most integer)
RETURNS TABLE (rang_at timestamptz, line_zh text, line_en text, state text, categories text[],
    level smallint, n_follow_ups bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT call.rang_at, line.name_zh::text, line.name_en::text, call.state::text,
        coalesce((SELECT array_agg(DISTINCT need.category::text) FROM hotline_need AS need
            WHERE need.call_id = call.id), '{}'),
        (SELECT max(screen.level) FROM hotline_riskscreen AS screen
            WHERE screen.call_id = call.id),
        (SELECT count(*) FROM hotline_callback AS back
            WHERE back.call_id = call.id AND back.why = 'FOLLOW_UP'
              AND back.state IN ('WAITING', 'TAKEN'))
    FROM hotline_callrecord AS record
    JOIN hotline_call AS call ON call.id = record.call_id
    JOIN hotline_line AS line ON line.id = call.line_id
    WHERE (SELECT scope_may('call:take') AND scope_has_purpose())
      AND record.phone_index = wanted AND call.state <> 'RINGING'
      AND NOT (call.operator_id IS NOT DISTINCT FROM (SELECT scope_account())
        AND call.state IN ('TALKING', 'WRAP_UP'))
      AND (
        EXISTS (
            SELECT FROM hotline_call AS held
            JOIN hotline_callrecord AS mine ON mine.call_id = held.id
            WHERE held.operator_id = (SELECT scope_account()) AND mine.phone_index = wanted
              AND held.state IN ('TALKING', 'WRAP_UP'))
        OR EXISTS (
            SELECT FROM hotline_callback AS back
            JOIN hotline_callrecord AS mine ON mine.call_id = back.call_id
            WHERE back.taken_by_id = (SELECT scope_account()) AND back.state = 'TAKEN'
              AND mine.phone_index = wanted))
    ORDER BY call.rang_at DESC LIMIT least(at_most, 50)
$$;
