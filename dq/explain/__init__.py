"""Why: what is usual for a series, why its bars are missing, and which findings are one incident."""
