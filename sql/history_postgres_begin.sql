-- Begin to read or write in PostgreSQL. dq sends it before whatever it asks of its history there: a pooler keeps no setting longer.
BEGIN;
SET LOCAL search_path = dq;
SET LOCAL statement_timeout = '20s';
SET LOCAL lock_timeout = '2s';
SET LOCAL idle_in_transaction_session_timeout = '60s'
