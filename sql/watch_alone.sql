-- Keep other watches away from this history, until the connection ends; dq watch sends it when it begins.
BEGIN READ ONLY;
SET LOCAL statement_timeout = '5s';
SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL tcp_keepalives_idle = 20;
SET LOCAL tcp_keepalives_interval = 10;
SET LOCAL tcp_keepalives_count = 3
