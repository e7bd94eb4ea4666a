-- The runs whose id begins with some text, newest first; dq docs build --run asks.
SELECT id, as_of FROM run WHERE substr(id, 1, length(CAST(:beginning AS TEXT))) = CAST(:beginning AS TEXT) ORDER BY sequence DESC LIMIT :limit
