-- $1 id after which to start, $2 id before which to stop, $3 time before which events are deleted, $4 number of rows to
-- check.
select scanned as "scanned!", purged as "purged!", last_id
from hallpass.purge_audit_events($1, $2, $3, $4)
