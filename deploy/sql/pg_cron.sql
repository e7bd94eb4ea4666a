-- Lets the database look at itself each hour: sql/hourly_*.sql as views, what they find in a table, by pg_cron. Run by you, once, with psql, from the folder that holds sql/ and deploy/, as the owner of the tables.
--
--   psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f deploy/sql/pg_cron.sql
--
-- A net below dq, not dq: these statements know no calendar (nights and weekends are gaps to them), tell no cause, alert
-- nobody, and fall silent with the database that they watch. Tables in another schema: set search_path before.
--
-- What it found:  SELECT * FROM dq_hourly.seen WHERE at > now() - interval '1 day' ORDER BY at DESC;
-- To undo it:     SELECT cron.unschedule('dq-hourly'); DROP SCHEMA dq_hourly CASCADE;
\set gaps `cat sql/hourly_gaps.sql`
\set freshness `cat sql/hourly_freshness.sql`
\set failed_cycles `cat sql/hourly_failed_cycles.sql`

BEGIN;
CREATE SCHEMA IF NOT EXISTS dq_hourly;
CREATE OR REPLACE VIEW dq_hourly.gaps AS :gaps
CREATE OR REPLACE VIEW dq_hourly.freshness AS :freshness
CREATE OR REPLACE VIEW dq_hourly.failed_cycles AS :failed_cycles
CREATE TABLE IF NOT EXISTS dq_hourly.seen (
    at timestamptz NOT NULL DEFAULT now(),
    what text NOT NULL,
    found jsonb NOT NULL
);
CREATE INDEX IF NOT EXISTS seen_at ON dq_hourly.seen (at);

CREATE OR REPLACE FUNCTION dq_hourly.look() RETURNS bigint LANGUAGE plpgsql AS $look$
DECLARE
    rows bigint;
BEGIN
    INSERT INTO dq_hourly.seen (what, found)
    SELECT 'gap', to_jsonb(gaps) FROM dq_hourly.gaps AS gaps
    UNION ALL
    SELECT 'stale', to_jsonb(freshness) FROM dq_hourly.freshness AS freshness WHERE freshness.age > interval '5 minutes'
    UNION ALL
    SELECT 'failed_cycles', to_jsonb(failed) FROM dq_hourly.failed_cycles AS failed WHERE failed.failed_cycles > 0;
    GET DIAGNOSTICS rows = ROW_COUNT;
    DELETE FROM dq_hourly.seen WHERE at < now() - interval '30 days';
    IF rows > 0 THEN
        RAISE WARNING 'dq: % rows of what may be wrong with the bars: see dq_hourly.seen', rows;
    END IF;
    RETURN rows;
END
$look$;
COMMIT;

-- pg_cron lives in one database of a server (cron.database_name), and must be switched on: on Supabase under Integrations.
DO $schedule$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
        PERFORM cron.schedule('dq-hourly', '1 * * * *', 'SELECT dq_hourly.look()');
        RAISE NOTICE 'dq: scheduled at one past each hour (UTC)';
    ELSE
        RAISE WARNING 'dq: nothing is scheduled: pg_cron is not there (CREATE EXTENSION pg_cron); SELECT dq_hourly.look() looks once';
    END IF;
END
$schedule$;
