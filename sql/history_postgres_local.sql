-- Where our tables are, and how long to wait, until the end of one transaction; dq sends it before it makes or upgrades its tables.
SET LOCAL search_path = dq;
SET LOCAL statement_timeout = '60s';
SET LOCAL lock_timeout = '20s'
