-- $1 event, $2 severity, $3 client, $4 details.
insert into hallpass.audit_events
select event.* from hallpass.audit_event($1, $2, null, null, null, $3, $4) as event
