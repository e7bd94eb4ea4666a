-- Which recent slots of a source's series hold a bar; dq validate asks where series miss slots, to tell a quiet market from a hole.
SELECT instrument, interval, rules, since, until, slots, held
FROM profile
WHERE source = :source
