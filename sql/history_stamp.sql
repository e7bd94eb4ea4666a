-- Say that the file is ours and of which version: whole numbers, since SQLite binds none here. dq sends it when it begins or upgrades its history.
PRAGMA application_id = {application};
PRAGMA user_version = {version}
