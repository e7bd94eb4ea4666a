-- Whose file it is and of which version. dq asks when it opens its history, before it trusts it.
SELECT
    (SELECT application_id FROM pragma_application_id),
    (SELECT user_version FROM pragma_user_version)
