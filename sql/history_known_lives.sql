-- The lives that a run may go on with: all that last, those resolved lately, and those that have merely passed and
-- whose bars the run looks at again. dq asks before it names the incidents of a run.
SELECT
    source, id, kind, check_name, cause, severity, worst, state, first_seen, last_seen, start_at, end_at, series,
    message, suite, length, flapping, quiet, resolved, ending, parts
FROM life
WHERE
    source = :source
    AND (state <> 'resolved' OR resolved >= :since OR (ending = 'passed' AND end_at >= :start AND start_at <= :as_of))
ORDER BY last_seen, id
