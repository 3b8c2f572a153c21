update hallpass.alerts a
set failed_at = null, failure = null
where a.failed_at is not null
