-- Record the series, findings and incidents of one run in the history; dq validate sends it after each run.
INSERT INTO detail (run, body, written)
VALUES (:id, :body, CAST(:weight AS BIGINT) + coalesce((SELECT max(written) FROM detail), 0))
ON CONFLICT (run) DO UPDATE SET body = excluded.body, written = excluded.written
