-- $1 user or null, $2 reason, $3 client.
insert into hallpass.audit_events
select event.*
from hallpass.audit_event('login_failed', 'warning', null, $1, null, $3, jsonb_build_object('reason', $2::text)) as event
returning true as "recorded!"
