-- Of which version our tables are; dq asks when it opens its history in PostgreSQL.
SELECT max(number) AS number FROM dq.version
