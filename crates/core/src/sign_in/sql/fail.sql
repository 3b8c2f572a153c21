-- $1 user or null, $2 reason, $3 client.
select hallpass.record_failure('login_failed', 'warning', $2, $1, null, $3) as "recorded!"
