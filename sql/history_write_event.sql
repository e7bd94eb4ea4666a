-- Keep one step in the life of an incident; dq sends it with the run that made it.
INSERT INTO event (source, incident, at, what, severity, run, message)
VALUES (:source, :incident, :at, :what, :severity, :run, :message)
