-- What the acting appointment may see, read from settings that kapok.access.scope sets for one
-- transaction. Where nothing is set, every function answers so that no row is seen.
-- They are in PL/pgSQL because the planner would write SQL functions out anew in every query, which
-- takes longer than most queries themselves (bench/scope).

CREATE OR REPLACE FUNCTION scope_setting(name text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('kapok.' || name, true), '')
$$;

CREATE OR REPLACE FUNCTION scope_lo() RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
    RETURN coalesce(nullif(current_setting('kapok.lo', true), '')::bigint, 0);
END $$;

CREATE OR REPLACE FUNCTION scope_hi() RETURNS bigint
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
    RETURN coalesce(nullif(current_setting('kapok.hi', true), '')::bigint, 0);
END $$;

CREATE OR REPLACE FUNCTION scope_ranges() RETURNS int8multirange
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
    RETURN coalesce(nullif(current_setting('kapok.ranges', true), ''), '{}')::int8multirange;
END $$;

CREATE OR REPLACE FUNCTION scope_is_one_range() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
    RETURN scope_ranges() = int8multirange(int8range(scope_lo(), scope_hi()));
END $$;

CREATE OR REPLACE FUNCTION scope_is_everywhere() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
    RETURN scope_ranges() @> int8range(100000000000000, 1000000000000000);
END $$;

CREATE OR REPLACE FUNCTION scope_may(permission text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
    RETURN coalesce(
        permission = ANY (string_to_array(current_setting('kapok.permissions', true), ',')), false);
END $$;

CREATE OR REPLACE FUNCTION scope_realms() RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
    RETURN coalesce(string_to_array(current_setting('kapok.realms', true), ','), '{}');
END $$;

CREATE OR REPLACE FUNCTION scope_has_purpose() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
    RETURN nullif(current_setting('kapok.purpose', true), '') IS NOT NULL;
END $$;

CREATE OR REPLACE FUNCTION scope_account() RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
    RETURN nullif(current_setting('kapok.account', true), '')::uuid;
END $$;

CREATE OR REPLACE FUNCTION scope_unit() RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
    RETURN nullif(current_setting('kapok.unit', true), '')::uuid;
END $$;

CREATE OR REPLACE FUNCTION scope_at() RETURNS timestamptz
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
    RETURN nullif(current_setting('kapok.at', true), '')::timestamptz;
END $$;

-- Subjects beyond the ranges: a resident's own household, what was handed to the acting unit, and
-- an emergency look that has not run out, to the appointment that it was taken through.
CREATE OR REPLACE FUNCTION scope_handed() RETURNS uuid[]
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN
    RETURN coalesce(nullif(current_setting('kapok.handed', true), ''), '{}')::uuid[]
        || coalesce((
            SELECT array_agg(share.subject) FROM access_share AS share
            WHERE share.unit = scope_unit()
              AND share.starts_at <= scope_at() AND share.ends_at > scope_at()
        ), '{}')
        || coalesce((
            SELECT array_agg(subject)
            FROM access_breakglass AS glass, unnest(glass.subjects) AS subject
            WHERE glass.account_id = scope_account()
              AND glass.appointment::text = scope_setting('appointment')
              AND glass.starts_at <= scope_at() AND glass.ends_at > scope_at()
        ), '{}');
END $$;

-- Whether a place lies in the acting ranges: for reviewed functions, which apply the scope themselves.
CREATE OR REPLACE FUNCTION scope_holds(place bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT place <@ scope_ranges() $$;

-- Whose appointment it is, so that a job may ask to act through it; the row itself stays hidden.
CREATE OR REPLACE FUNCTION appointment_owner(appointment uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT account_id FROM access_appointment WHERE id = appointment $$;
