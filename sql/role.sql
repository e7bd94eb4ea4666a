-- Makes a role that can read the three tables and do nothing else. Run by you, once, as the owner of the tables: psql, or Supabase's SQL editor.
--
-- 1. Write a password of your own below (and the names of your schema and tables, where they differ).
-- 2. Run all of it. It changes nothing and says so where the password is still the one below, or a table is not there.
-- 3. DATABASE_URL=postgresql://dq_reader:PASSWORD@HOST:5432/DATABASE   (Supabase's pooler: dq_reader.PROJECT instead of dq_reader)
--
-- Run again, it sets the password anew and grants what is wanting. To undo it:
--    DROP POLICY IF EXISTS dq_reader_reads ON public.ohlc_data;  and the same of the other two tables
--    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM dq_reader; REVOKE ALL ON SCHEMA public FROM dq_reader; DROP ROLE dq_reader;
DO $role$
DECLARE
    reader   text   := 'dq_reader';
    secret   text   := 'CHANGE-ME';
    place    text   := 'public';
    relations text[] := ARRAY['ohlc_data', 'reference_levels', 'error_log'];  -- dq can do without the last two
    relation text;
    filtered boolean;
BEGIN
    IF secret = 'CHANGE' || '-ME' OR length(secret) < 12 THEN
        RAISE EXCEPTION 'Write a password of 12 characters or more of your own into this script: nothing was changed.';
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = reader) THEN
        EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', reader, secret);
    ELSE
        EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT PASSWORD %L', reader, secret);
    END IF;

    -- A net below the grants: what this role begins is read-only, and ends.
    EXECUTE format('ALTER ROLE %I SET default_transaction_read_only = on', reader);
    EXECUTE format('ALTER ROLE %I SET statement_timeout = ''60s''', reader);
    EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''60s''', reader);

    IF NOT has_database_privilege(reader, current_database(), 'CONNECT') THEN
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), reader);
    END IF;
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', place, reader);
    FOREACH relation IN ARRAY relations LOOP
        EXECUTE format('GRANT SELECT ON %I.%I TO %I', place, relation, reader);
        -- Row-level security (Supabase's default) would hide every row from a role without a policy of its own.
        SELECT c.relrowsecurity INTO filtered FROM pg_class AS c WHERE c.oid = format('%I.%I', place, relation)::regclass;
        IF filtered AND NOT EXISTS (
            SELECT FROM pg_policies AS p
            WHERE p.schemaname = place AND p.tablename = relation AND p.policyname = reader || '_reads'
        ) THEN
            EXECUTE format(
                'CREATE POLICY %I ON %I.%I FOR SELECT TO %I USING (true)', reader || '_reads', place, relation, reader
            );
        END IF;
    END LOOP;
END
$role$;
