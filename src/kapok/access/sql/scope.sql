-- What the acting appointment may see, read from settings that kapok.access.scope sets for one
-- transaction. Where nothing is set, every function answers so that no row is seen.

CREATE OR REPLACE FUNCTION scope_setting(name text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('kapok.' || name, true), '')
$$;

CREATE OR REPLACE FUNCTION scope_lo() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT coalesce(scope_setting('lo')::bigint, 0) $$;

CREATE OR REPLACE FUNCTION scope_hi() RETURNS bigint
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT coalesce(scope_setting('hi')::bigint, 0) $$;

CREATE OR REPLACE FUNCTION scope_ranges() RETURNS int8multirange
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(scope_setting('ranges'), '{}')::int8multirange
$$;

CREATE OR REPLACE FUNCTION scope_is_one_range() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT scope_ranges() = int8multirange(int8range(scope_lo(), scope_hi()))
$$;

CREATE OR REPLACE FUNCTION scope_is_everywhere() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT scope_ranges() @> int8range(100000000000000, 1000000000000000)
$$;

CREATE OR REPLACE FUNCTION scope_may(permission text) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(permission = ANY (string_to_array(scope_setting('permissions'), ',')), false)
$$;

CREATE OR REPLACE FUNCTION scope_realms() RETURNS text[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_to_array(scope_setting('realms'), ','), '{}')
$$;

CREATE OR REPLACE FUNCTION scope_has_purpose() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT scope_setting('purpose') IS NOT NULL $$;

CREATE OR REPLACE FUNCTION scope_account() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT scope_setting('account')::uuid $$;

CREATE OR REPLACE FUNCTION scope_unit() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT scope_setting('unit')::uuid $$;

CREATE OR REPLACE FUNCTION scope_at() RETURNS timestamptz
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT scope_setting('at')::timestamptz $$;

-- Subjects beyond the ranges: a resident's own household, what was handed to the acting unit, and
-- an emergency look that has not run out.
CREATE OR REPLACE FUNCTION scope_handed() RETURNS uuid[]
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(scope_setting('handed'), '{}')::uuid[]
        || coalesce((
            SELECT array_agg(share.subject) FROM access_share AS share
            WHERE share.unit = scope_unit()
              AND share.starts_at <= scope_at() AND share.ends_at > scope_at()
        ), '{}')
        || coalesce((
            SELECT array_agg(subject)
            FROM access_breakglass AS glass, unnest(glass.subjects) AS subject
            WHERE glass.account_id = scope_account()
              AND glass.starts_at <= scope_at() AND glass.ends_at > scope_at()
        ), '{}')
$$;

-- Whether a place lies in the acting ranges: for reviewed functions, which apply the scope themselves.
CREATE OR REPLACE FUNCTION scope_holds(place bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT place <@ scope_ranges() $$;

-- Whose appointment it is, so that a job may ask to act through it; the row itself stays hidden.
CREATE OR REPLACE FUNCTION appointment_owner(appointment uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT account_id FROM access_appointment WHERE id = appointment $$;
