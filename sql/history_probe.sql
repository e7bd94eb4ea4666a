-- Whether the file can be read. dq asks when it opens its history, so that damage is found before a run is judged.
SELECT 1 FROM run LIMIT 1
