-- Ends the transaction of a run, so that a pooler can give the server's connection to its next client. Run by dq when it has read all it needs.
COMMIT
