-- Some timestamps, to learn in which unit integers count. Run by dq where the column timestamp is a whole number.
SELECT {timestamp} FROM {table} WHERE {timestamp} IS NOT NULL LIMIT %(most)s
