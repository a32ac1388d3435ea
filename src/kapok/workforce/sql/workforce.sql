-- Which of these accounts have a worker's file anywhere: "exists elsewhere", and no more. For
-- somebody who may manage teams and names the accounts one by one.
CREATE OR REPLACE FUNCTION workforce_known(accounts uuid[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT account_id FROM workforce_worker
    WHERE account_id = ANY (accounts) AND scope_may('team:manage')
$$;
