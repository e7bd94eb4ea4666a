-- The newest message that each channel got of each incident that lasts or was resolved lately; dq asks before it tells more.
SELECT incident, channel, what, severity, created
FROM message
WHERE sequence IN (
    SELECT max(message.sequence)
    FROM message
    INNER JOIN life ON message.incident = life.id AND message.source = life.source
    WHERE life.source = :source AND (life.state <> 'resolved' OR life.resolved >= :since)
    GROUP BY message.incident, message.channel
)
