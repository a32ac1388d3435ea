-- Care as counts: how many people are on each register, by the areas one level below the places of
-- who acts. ``area`` is null for the whole. A count under ten is never told (``n`` is null), nor is
-- one that a difference would tell: of each register at least two cells stay untold, and twenty
-- people in them; where that cannot be, the whole is untold as well. The level cannot be chosen:
-- counts of two levels would tell by their difference what each keeps.
CREATE OR REPLACE FUNCTION people_register_counts()
RETURNS TABLE (kind text, area bigint, n integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    span bigint := scope_hi() - scope_lo();
    width bigint := CASE WHEN span > 10000000000000 THEN 10000000000000
        WHEN span > 100000000000 THEN 100000000000 WHEN span > 1000000000 THEN 1000000000
        WHEN span > 1000000 THEN 1000000 WHEN span > 1000 THEN 1000 ELSE 1 END;
    register record;
    n_untold integer;
    people_untold integer;
BEGIN
    IF NOT scope_may('register:count') THEN
        RETURN;
    END IF;
    FOR register IN
        SELECT cell.kind, array_agg(cell.area ORDER BY cell.n, cell.area) AS areas,
            array_agg(cell.n ORDER BY cell.n, cell.area) AS counts, sum(cell.n)::integer AS n
        FROM (
            SELECT entry.kind::text, entry.place - entry.place % width AS area,
                count(DISTINCT entry.person_id)::integer AS n
            FROM people_registerentry AS entry
            JOIN people_person AS person ON person.id = entry.person_id AND person.left_at IS NULL
            WHERE entry.ended_on IS NULL AND entry.place >= scope_lo() AND entry.place < scope_hi()
              AND scope_holds(entry.place)
            GROUP BY 1, 2
        ) AS cell GROUP BY cell.kind ORDER BY cell.kind
    LOOP
        n_untold := 0;
        people_untold := 0;
        kind := register.kind;
        FOR i IN 1 .. cardinality(register.areas) LOOP
            area := register.areas[i];
            n := register.counts[i];
            IF n < 10 OR (n_untold > 0 AND (n_untold < 2 OR people_untold < 20)) THEN
                n_untold := n_untold + 1;
                people_untold := people_untold + n;
                n := NULL;
            END IF;
            RETURN NEXT;
        END LOOP;
        area := NULL;
        n := register.n;
        IF n < 10 OR (n_untold > 0 AND (n_untold < 2 OR people_untold < 20)) THEN
            n := NULL;
        END IF;
        RETURN NEXT;
    END LOOP;
END
$$;
