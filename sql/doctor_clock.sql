-- The server's clock in microseconds since 1970, its version, and who we are there. Run by `dq doctor`.
SELECT
    (extract(epoch FROM clock_timestamp()) * 1000000)::int8,
    current_setting('server_version'),
    current_user,
    current_database(),
    (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
