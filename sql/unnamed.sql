-- How many recent rows name no instrument, or one of blanks: they would belong to no series and never be missed. Run by dq where the column allows NULL, or such a name was found.
SELECT count(*)
FROM {table}
WHERE
    ({instrument} IS NULL OR {instrument} = ANY (%(blank)s::text[]::{text}[]))
    AND {timestamp} >= %(since)s::{kind} AND {timestamp} < %(until)s::{kind}
