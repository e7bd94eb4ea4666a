-- Say of which version our tables are; dq sends it when it makes or upgrades them.
INSERT INTO dq.version (number) VALUES (:number)
