#!/bin/sh
# Was anything lost or written twice while the collector was rolled back?
#
#   deploy/rollback-check.sh 2026-11-21T14:00Z 2026-11-21T15:30Z [SOURCE]
#
# FROM: some minutes before the first change, TO: when the old version had run for some minutes. A TO that is yet to come
# is judged up to now, and told so: where the collector is silent by then, that is a finding. Nothing is recorded, nobody
# is alerted. Exit status, as of `dq validate`:
#   0  neither gaps nor duplicates, and bars come: done
#   1  findings: fill the gaps (a backfill of the stretches it names), take out the duplicates, and check again
#   2  the question was wrong: the instants, the settings
#   3  could not tell (the database did not answer): nothing is known, check again
set -eu
if [ "$#" -lt 2 ] || [ "$#" -gt 3 ]; then
    echo "usage: $0 FROM TO [SOURCE]    instants as 2026-11-21T14:00Z" >&2
    exit 2
fi
suite=$(dirname "$0")/rollback.json
from=$1 to=$2
shift 2
exec dq validate "$@" --from "$from" --to "$to" --suite "$suite" --no-history --deadline 10m
