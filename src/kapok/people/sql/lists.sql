-- Which of these papers belong to a living person outside the acting places: their blind indexes,
-- no more, and only for whoever may bring lists and has a purpose.
CREATE OR REPLACE FUNCTION people_exist_elsewhere(wanted bytea[]) RETURNS SETOF bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT identity_index FROM people_person
    WHERE scope_may('list:bring') AND scope_has_purpose()
      AND identity_index = ANY (wanted) AND left_at IS NULL AND NOT scope_holds(place)
$$;
