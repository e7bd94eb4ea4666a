-- Make the schema of the history; dq sends it where there is none and its role may.
CREATE SCHEMA dq
