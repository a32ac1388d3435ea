-- What a resident reaches who has proven that a telephone is theirs. Its blind index is made with a
-- key outside the database, so that nobody can try numbers out here.

-- The people whose own mobile it is, with their household, its home, place and living members. A
-- relative's telephone opens nobody's file.
CREATE OR REPLACE FUNCTION people_of_phone(phone bytea)
RETURNS TABLE (person uuid, household uuid, dwelling uuid, place bigint, members uuid[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT person.id, person.household_id, household.dwelling_id, person.place,
        (SELECT array_agg(member.id ORDER BY member.id) FROM people_person AS member
         WHERE member.household_id = person.household_id AND member.left_at IS NULL)
    FROM people_contact AS contact
    JOIN people_person AS person ON person.id = contact.person_id AND person.left_at IS NULL
    LEFT JOIN people_household AS household ON household.id = person.household_id
    WHERE contact.value_index = phone AND contact.kind = 'MOBILE'
    ORDER BY person.id
$$;

-- Who looked at somebody that was handed to who acts: when, as what, why and over which place. The
-- looker is named only where it was a grid worker of that place, whom people know at the door.
CREATE OR REPLACE FUNCTION people_looks_at(asked uuid[], at_most integer)
RETURNS TABLE (entry uuid, at timestamptz, role text, purpose text, action text, place bigint,
    worker text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT look.id, look.at, look.role::text, look.purpose::text, look.action::text, look.place,
        CASE WHEN look.role = 'grid_worker' THEN (
            SELECT coalesce(nullif(account.name, ''), account.username) FROM access_user AS account
            WHERE account.id = look.account AND EXISTS (
                SELECT FROM people_person AS person
                JOIN access_appointment AS appointment ON appointment.id = look.appointment
                WHERE person.id = ANY (asked) AND appointment.ranges @> person.place))
        END
    FROM access_look AS look
    WHERE look.subjects && asked AND asked <@ scope_handed() AND cardinality(asked) > 0
      AND scope_setting('role') = 'resident' AND look.role <> 'resident'
    ORDER BY look.at DESC, look.id DESC
    LIMIT at_most
$$;
