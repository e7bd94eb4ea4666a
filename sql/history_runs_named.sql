-- The runs whose id begins with some text, newest first; dq docs build --run asks.
SELECT id, as_of FROM run WHERE substr(id, 1, length(:beginning)) = :beginning ORDER BY sequence DESC LIMIT :limit
