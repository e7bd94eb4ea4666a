-- Write reference levels; `dq demo` fills its own database by it.
COPY reference_levels (level_type, instrument, level, timestamp) FROM STDIN
