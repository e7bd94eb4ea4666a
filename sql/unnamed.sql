-- How many recent rows name no instrument: they would belong to no series and never be missed. Run by dq where the column allows NULL.
SELECT count(*)
FROM {table}
WHERE {instrument} IS NULL AND {timestamp} >= %(since)s::{kind} AND {timestamp} < %(until)s::{kind}
