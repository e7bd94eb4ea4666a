-- Say that a message could not be sent, and when to try again; dq alerts deliver sends it.
UPDATE message SET attempts = attempts + 1, error = :error, due = :due, leased = 0 WHERE id = :id AND sent IS NULL
