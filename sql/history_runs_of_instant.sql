-- The runs of a source as of one instant, newest first; dq incidents asks which of them tells an incident.
SELECT id FROM run WHERE source = :source AND as_of = :as_of ORDER BY sequence DESC
