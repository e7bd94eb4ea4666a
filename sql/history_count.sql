-- How many runs a history holds. dq doctor asks.
SELECT count(*) FROM run
