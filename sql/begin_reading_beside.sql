-- Opens the transaction of a second connection on the rows that the first one sees; nothing can be written. Run by dq before it reads long histories.
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
SET TRANSACTION SNAPSHOT {snapshot};
SET LOCAL statement_timeout = {milliseconds};
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL jit = off;
