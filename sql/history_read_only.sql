-- Refuse to write over this connection. dq sends it when it opens its history to read alone: dq report, dq incidents, dq docs build.
PRAGMA query_only = ON
