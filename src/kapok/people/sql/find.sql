-- People whose names have one of some tokens, with their names: first those that have all tokens of
-- what is looked for, then those that sound like it. Array overlap is not leakproof, so that under a
-- policy the index of tokens would not be used; this applies the same scope itself: permission,
-- purpose, places, and what was handed over. Each call is planned for its own tokens: some are in
-- three names, some in thousands. "+ 0" keeps the index of places out: it would be read whole for a
-- district, while the tokens alone leave few rows.
CREATE OR REPLACE FUNCTION people_find(
    tokens integer[], all_tokens integer[], sounding integer[], at_most integer
) RETURNS TABLE (person uuid, name text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    SELECT found.id, found.name::text
    FROM people_person AS found
    WHERE (SELECT scope_may('person:view') AND scope_has_purpose())
      AND found.name_tokens && tokens AND found.left_at IS NULL
      AND ((found.place + 0 >= (SELECT scope_lo()) AND found.place + 0 < (SELECT scope_hi())
            AND ((SELECT scope_is_one_range()) OR found.place <@ (SELECT scope_ranges())))
        OR found.id = ANY ((SELECT scope_handed())::uuid[]))
    ORDER BY (found.name_tokens @> all_tokens) DESC, (found.name_tokens && sounding) DESC, found.id
    LIMIT least(at_most, 500)
$$;
