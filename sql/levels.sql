-- When levels were written, as one array per level type and instrument. Run by dq where a suite asks of them (uncovered_level).
COPY (
    SELECT {level_type}::text, {instrument}::text, array_agg({stamp})
    FROM {table}
    WHERE
        {timestamp} >= %(since)s::{kind} AND {timestamp} < %(until)s::{kind}
        AND {level_type} IS NOT NULL AND {instrument} IS NOT NULL
    GROUP BY 1, 2
) TO STDOUT (FORMAT binary)
