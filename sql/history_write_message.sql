-- Keep what a channel is to be told; dq sends it with the run that makes it so. The same message twice is one.
INSERT INTO message (id, source, incident, channel, what, severity, title, body, link, created, due)
VALUES (:id, :source, :incident, :channel, :what, :severity, :title, :body, :link, :created, :created)
ON CONFLICT (id) DO NOTHING
