-- Say that a process is sending a message until some instant; dq alerts deliver sends it.
UPDATE message SET leased = :until WHERE id = :id
