-- Revokes the sessions of the backup that were created, by the clock of its server, after new sessions were allowed.
update hallpass.sessions
set revoked_at = clock_timestamp(), revoked_reason = 'restored'
where revoked_at is null and created_at >= (select sessions_valid_from from hallpass.settings)
