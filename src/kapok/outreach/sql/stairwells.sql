-- The buildings of groups for which somebody stands who can act: an account that is open, with an
-- appointment as a representative there that is in force. Keys of buildings of the places of who
-- acts, and not who it is.
CREATE OR REPLACE FUNCTION outreach_stairwells(wanted bigint[], moment timestamptz)
RETURNS TABLE (place bigint, building uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT standing.place, standing.building_id
    FROM outreach_representative AS standing
    JOIN access_user AS account ON account.id = standing.account_id AND account.is_active
    WHERE standing.place = ANY (wanted) AND standing.ended_at IS NULL
      AND (scope_may('notice:view') OR scope_may('notice:pass') OR scope_may('group:manage'))
      AND scope_holds(standing.place) AND EXISTS (
        SELECT FROM access_appointment AS held
        WHERE held.account_id = standing.account_id AND held.role = 'representative'
          AND held.ranges @> standing.place
          AND held.starts_at <= moment AND (held.ends_at IS NULL OR held.ends_at > moment))
$$;
