-- Narrow looks beyond one's scope. Each says what it answers and applies what it needs itself.

-- Whether a living person outside one's places has these papers or this telephone: yes or no, and
-- only for whoever may view people and has a purpose.
CREATE OR REPLACE FUNCTION people_known_elsewhere(wanted_identity bytea, wanted_phone bytea)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT scope_may('person:view') AND scope_has_purpose() AND (
        EXISTS (
            SELECT FROM people_person
            WHERE identity_index = wanted_identity AND left_at IS NULL AND NOT scope_holds(place)
        ) OR EXISTS (
            SELECT FROM people_contact AS contact
            JOIN people_person AS person ON person.id = contact.person_id
            WHERE contact.value_index = wanted_phone AND person.left_at IS NULL
              AND NOT scope_holds(person.place)
        )
    )
$$;

-- Opaque keys of the households that these papers or this telephone lead to, anywhere, with all
-- that an emergency look opens (household, its home, its people). Never a name or an address.
CREATE OR REPLACE FUNCTION people_behind_glass(wanted_identity bytea, wanted_phone bytea)
RETURNS TABLE (household uuid, place bigint, subjects uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT household.id, household.place,
        array[household.id, household.dwelling_id] || (
            SELECT array_agg(member.id ORDER BY member.id) FROM people_person AS member
            WHERE member.household_id = household.id AND member.left_at IS NULL)
    FROM people_household AS household
    WHERE scope_may('break_glass:use') AND scope_has_purpose() AND household.id IN (
        SELECT person.household_id FROM people_person AS person
        WHERE person.identity_index = wanted_identity AND person.left_at IS NULL
        UNION
        SELECT person.household_id FROM people_contact AS contact
        JOIN people_person AS person ON person.id = contact.person_id
        WHERE contact.value_index = wanted_phone AND person.left_at IS NULL
    )
$$;

-- Who is told of an emergency look at a place: the lead of the community, else of the street, else
-- whoever watches over the data there; never the one who looks.
CREATE OR REPLACE FUNCTION people_second_person(wanted bigint, looker uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT appointment.account_id
    FROM access_appointment AS appointment
    JOIN access_user AS account ON account.id = appointment.account_id AND account.is_active
    WHERE scope_may('break_glass:use') AND appointment.ranges @> wanted
      AND appointment.starts_at <= scope_at()
      AND (appointment.ends_at IS NULL OR appointment.ends_at > scope_at())
      AND appointment.account_id <> looker
      AND appointment.role = ANY (array['community_lead', 'street_command',
        'data_protection_officer', 'district_command', 'city_command', 'auditor'])
    ORDER BY array_position(array['community_lead', 'street_command', 'data_protection_officer',
        'district_command', 'city_command', 'auditor'], appointment.role::text),
        appointment.is_deputy, appointment.starts_at, appointment.id
    LIMIT 1
$$;
