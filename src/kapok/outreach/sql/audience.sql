-- A code of a link: eight signs, 48 random bits.
CREATE OR REPLACE FUNCTION outreach_code() RETURNS text
LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT translate(encode(substr(uuid_send(gen_random_uuid()), 1, 6), 'base64'), '+/', '-_')
$$;

-- Whether a notice is for a household, by the birthdays of its eldest and its youngest.
CREATE OR REPLACE FUNCTION outreach_is_for(
    audience text, eldest date, youngest date, moment timestamptz
) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE audience
        WHEN 'ELDERS' THEN coalesce(eldest <= (moment - interval '60 years')::date, false)
        WHEN 'CHILDREN' THEN coalesce(youngest > (moment - interval '14 years')::date, false)
        ELSE true END
$$;
