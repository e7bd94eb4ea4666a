-- Whether the connection that keeps other watches away still stands; dq watch asks every few seconds.
SELECT 1
