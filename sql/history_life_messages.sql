-- What was told of the lives of one source that last or were resolved lately, sent or not, oldest first; pages ask.
SELECT
    message.id, message.source, message.incident, message.channel, message.what, message.severity, message.title,
    message.body, message.link, message.created, message.attempts, message.error, message.due, message.leased,
    message.sent
FROM message
INNER JOIN life ON life.source = message.source AND life.id = message.incident
WHERE message.source = :source AND (life.state <> 'resolved' OR life.resolved >= :since)
ORDER BY message.sequence
