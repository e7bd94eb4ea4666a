-- Say that a message was sent; dq alerts deliver sends it.
UPDATE message SET sent = :now, attempts = attempts + 1, error = '', leased = 0 WHERE id = :id AND sent IS NULL
