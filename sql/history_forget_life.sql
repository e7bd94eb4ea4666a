-- Forget an incident; dq validate sends it for those that ended long ago.
DELETE FROM life WHERE source = :source AND id = :id
