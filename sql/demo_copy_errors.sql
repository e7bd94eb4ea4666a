-- Write the errors of a collector; `dq demo` fills its own database by it.
COPY error_log (component, operation, error_message, severity, timestamp) FROM STDIN
