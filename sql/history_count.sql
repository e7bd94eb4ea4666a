-- How many runs a history holds. dq doctor asks.
SELECT count(*) AS runs FROM run
