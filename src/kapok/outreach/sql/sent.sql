-- Text messages of notices that went since a moment, for the caps of the whole box: counts, and what
-- they cost. For the box alone. As functions they read by the moment; through the scope of a box,
-- which is everywhere, the planner would take the index of places and read all messages there are.
CREATE OR REPLACE FUNCTION outreach_sent_texts(
    hour timestamptz, day timestamptz, since timestamptz
) RETURNS TABLE (n_hour bigint, n_day bigint, cost_milli bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    SELECT count(*) FILTER (WHERE message.sent_at > hour),
        count(*) FILTER (WHERE message.sent_at >= day),
        coalesce(sum(message.cost_milli) FILTER (WHERE message.sent_at >= day), 0)::bigint
    FROM outreach_message AS message
    WHERE message.sent_at > since AND NOT message.is_chat
      AND (SELECT scope_setting('role') = 'box' AND scope_may('channel:manage'))
$$;

CREATE OR REPLACE FUNCTION outreach_sent_by_minute(since timestamptz)
RETURNS TABLE (minute timestamptz, n bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    SELECT date_trunc('minute', message.sent_at), count(*)
    FROM outreach_message AS message
    WHERE message.sent_at > since AND NOT message.is_chat
      AND (SELECT scope_setting('role') = 'box' AND scope_may('channel:manage'))
    GROUP BY 1
$$;
