-- Keep which recent slots of a series hold a bar; dq validate sends it now and then, dq profile each time. What reaches further stays.
INSERT INTO profile (source, instrument, interval, rules, since, until, slots, held)
VALUES (:source, :instrument, :interval, :rules, :since, :until, :slots, :held)
ON CONFLICT (source, instrument, interval) DO UPDATE SET
    rules = excluded.rules, since = excluded.since, until = excluded.until, slots = excluded.slots, held = excluded.held
WHERE excluded.rules <> profile.rules OR excluded.until >= profile.until
