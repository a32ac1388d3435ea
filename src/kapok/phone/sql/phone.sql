-- Reviewed functions of phones. They run as the owner of the tables; what they answer is said.

-- The key of a phone, whose it is, and whether it and its account are still good: what a batch is
-- checked by before anybody acts. It answers opaque keys, nothing of a person.
CREATE OR REPLACE FUNCTION phone_of(device uuid)
RETURNS TABLE (account uuid, public_key bytea, revoked_at timestamptz, is_active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT phone.account_id, phone.public_key, phone.revoked_at, who.is_active
    FROM phone_device AS phone JOIN access_user AS who ON who.id = phone.account_id
    WHERE phone.id = device
$$;

-- As what the holder of a phone may act at a moment, earliest first: what a batch is carried out as.
-- It answers opaque keys, a role and places, nothing of a person, and of the phone's holder alone.
CREATE OR REPLACE FUNCTION phone_appointments(device uuid, at timestamptz)
RETURNS TABLE (id uuid, role text, ranges int8multirange, unit uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT held.id, held.role, held.ranges, held.unit
    FROM phone_device AS phone JOIN access_appointment AS held USING (account_id)
    WHERE phone.id = device AND held.starts_at <= at AND (held.ends_at IS NULL OR held.ends_at > at)
    ORDER BY held.starts_at, held.id
$$;

-- The role that somebody held last over a place, for whoever looks at what they sent after it ended;
-- not one that is still to come.
CREATE OR REPLACE FUNCTION phone_last_role(sender uuid, place bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT held.role FROM access_appointment AS held
    WHERE held.account_id = sender AND held.ranges @> phone_last_role.place
      AND scope_may('matter:report') AND held.starts_at <= scope_at()
    ORDER BY held.ends_at DESC NULLS FIRST, held.starts_at DESC LIMIT 1
$$;

-- Matters around whoever acts that changed since a transaction: in their communities and of their
-- realms, or given to them or their unit once. A phone forgets those that are not theirs any more; it answers opaque keys.
CREATE OR REPLACE FUNCTION phone_changed(since bigint) RETURNS TABLE (id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT matter.id FROM matters_matter AS matter
    WHERE matter.changed_in >= since AND (scope_may('matter:view') OR scope_may('matter:handle'))
      AND (matter.realm = ANY (scope_realms()) AND matter.place / 1000 IN (
              SELECT lower(span) / 1000 FROM unnest(scope_ranges()) AS span)
           OR EXISTS (SELECT FROM matters_tasking AS given WHERE given.matter_id = matter.id
               AND (given.account = scope_account() OR given.unit = scope_unit())))
$$;
