-- Writers and readers do not wait for each other. dq sends it when it begins or upgrades its history.
PRAGMA journal_mode = WAL
