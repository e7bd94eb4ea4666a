-- Opens the one transaction of a run: nothing can be written, every statement sees the same rows. Run by dq before it reads bars.
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET LOCAL statement_timeout = {milliseconds};
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL jit = off;
