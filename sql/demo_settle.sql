-- Let PostgreSQL count what was filled in, so that the first question is planned as well as later ones; run by `dq demo`.
VACUUM (ANALYZE)
