-- Whether the connection that keeps other watches away still stands; dq watch asks twice a minute.
SELECT 1
