-- Forget the steps of an incident; dq validate sends it for those that ended long ago.
DELETE FROM event WHERE incident = :id AND source = :source
