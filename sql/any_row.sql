-- Whether a table shows this role any row at all. Run by dq where it found none and row-level security is active.
SELECT EXISTS (SELECT FROM {table})
