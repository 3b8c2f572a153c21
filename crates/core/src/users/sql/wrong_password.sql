-- $1 user, $2 session, $3 client.
select hallpass.record_failure('password_check_failed', 'warning', 'wrong_password', $1, $2, $3) as "recorded!"
