-- Give some of the space of what was dropped back to the disk, so many pages at a time; dq validate sends it after each run.
PRAGMA incremental_vacuum({pages})
