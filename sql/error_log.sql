-- What the collector logged, as one array of times per kind of entry: messages repeat. Run by dq where a suite asks of it (failed_cycle).
COPY (
    SELECT
        {component}::text, {operation}::text, left({error_message}::text, %(longest)s), {severity}::text,
        array_agg({stamp})
    FROM {table}
    WHERE {timestamp} >= %(since)s::{kind} AND {timestamp} < %(until)s::{kind}
    GROUP BY 1, 2, 3, 4
) TO STDOUT (FORMAT binary)
