-- The steps of the lives of one source that last or were resolved lately, oldest first; pages ask.
SELECT event.source, event.incident, event.at, event.what, event.severity, event.run, event.message
FROM event
INNER JOIN life ON life.source = event.source AND life.id = event.incident
WHERE event.source = :source AND (life.state <> 'resolved' OR life.resolved >= :since)
ORDER BY event.sequence
