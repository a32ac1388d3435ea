-- Whoever lives in a building follows it: when its place changes, the living rows of its dwellings
-- get the new place in the same statement, whatever moved the building (publishing, an import, a
-- repair). Closed rows keep the place of their time. See docs/adr/0013.
--
-- Being re-homed is no change of anybody's data, and the versions of the grids say which building
-- lay where: the histories of the rows are not written meanwhile. Deletions are still kept.

-- The triggers that keep former rows, as django-pgtrigger wants to hear which ones to leave out.
CREATE OR REPLACE FUNCTION people_histories() RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT coalesce(array_agg(tgname), '{}')::text FROM pg_trigger
    WHERE tgname LIKE 'pgtrigger\_changed\_%' AND tgrelid::regclass::text LIKE 'people\_%'
$$;

CREATE OR REPLACE FUNCTION people_follow_buildings(buildings uuid[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    quiet text := current_setting('pgtrigger.ignore', true);
    moved integer;
BEGIN
    IF pg_trigger_depth() = 0 AND NOT (scope_may('place:draw') OR scope_may('place:import')) THEN
        RAISE EXCEPTION 'who acts may not move buildings' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM set_config('pgtrigger.ignore', people_histories(), true);

    UPDATE people_dwelling AS home SET place = building.place FROM places_building AS building
    WHERE building.id = ANY (buildings) AND home.building_id = building.id
      AND (pg_trigger_depth() > 0 OR scope_holds(building.place))
      AND home.place <> building.place;

    UPDATE people_household AS household SET place = home.place FROM people_dwelling AS home
    WHERE home.building_id = ANY (buildings) AND household.dwelling_id = home.id
      AND household.ended_at IS NULL AND household.place <> home.place;

    UPDATE people_residence AS residence SET place = home.place FROM people_dwelling AS home
    WHERE home.building_id = ANY (buildings) AND residence.dwelling_id = home.id
      AND residence.ended_on IS NULL AND residence.place <> home.place;

    UPDATE people_person AS person SET place = household.place
    FROM people_household AS household JOIN people_dwelling AS home
        ON home.id = household.dwelling_id
    WHERE home.building_id = ANY (buildings) AND person.household_id = household.id
      AND person.left_at IS NULL AND person.place <> household.place;
    GET DIAGNOSTICS moved = ROW_COUNT;

    PERFORM set_config('pgtrigger.ignore', coalesce(quiet, '{}'), true);
    RETURN moved;
END
$$;

CREATE OR REPLACE FUNCTION people_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    buildings uuid[];
BEGIN
    SELECT array_agg(id) INTO buildings
    FROM building_was AS was JOIN building_is AS now USING (id) WHERE was.place <> now.place;
    IF buildings IS NOT NULL THEN
        PERFORM people_follow_buildings(buildings);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER people_follow AFTER UPDATE ON places_building
REFERENCING OLD TABLE AS building_was NEW TABLE AS building_is
FOR EACH STATEMENT EXECUTE FUNCTION people_follow();

-- What is written down of somebody goes where they go, also what the one who moves them cannot see.
CREATE OR REPLACE FUNCTION people_carry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    quiet text := current_setting('pgtrigger.ignore', true);
    movers uuid[];
    goals bigint[];
BEGIN
    SELECT array_agg(now.id), array_agg(now.place) INTO movers, goals
    FROM person_was AS was JOIN person_is AS now USING (id) WHERE was.place <> now.place;
    IF movers IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('pgtrigger.ignore', people_histories(), true);
    UPDATE people_contact AS kept SET place = moved.place
    FROM unnest(movers, goals) AS moved (id, place) WHERE kept.person_id = moved.id;
    UPDATE people_registerentry AS kept SET place = moved.place
    FROM unnest(movers, goals) AS moved (id, place)
    WHERE kept.person_id = moved.id AND kept.ended_on IS NULL;
    UPDATE people_guardian AS kept SET place = moved.place
    FROM unnest(movers, goals) AS moved (id, place)
    WHERE kept.person_id = moved.id AND kept.ended_on IS NULL;
    UPDATE people_consent AS kept SET place = moved.place
    FROM unnest(movers, goals) AS moved (id, place)
    WHERE kept.person_id = moved.id AND kept.withdrawn_at IS NULL;
    UPDATE people_rightsrequest AS kept SET place = moved.place
    FROM unnest(movers, goals) AS moved (id, place)
    WHERE kept.person_id = moved.id AND kept.status = 'ASKED';
    PERFORM set_config('pgtrigger.ignore', coalesce(quiet, '{}'), true);
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER people_carry AFTER UPDATE ON people_person
REFERENCING OLD TABLE AS person_was NEW TABLE AS person_is
FOR EACH STATEMENT EXECUTE FUNCTION people_carry();

-- Hold the buildings of some dwellings where they are until the transaction ends, so that a place
-- that is copied from them is still theirs then. It answers nothing: the keys are the caller's.
CREATE OR REPLACE FUNCTION people_hold_buildings(buildings uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT FROM places_building WHERE id = ANY (buildings) ORDER BY id FOR SHARE
$$;
