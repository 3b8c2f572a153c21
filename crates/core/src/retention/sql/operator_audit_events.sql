-- $1 the id after which to look, $2 up to which, $3 occurred before, $4 how many.
select scanned as "scanned!", purged as "purged!", last_id
from hallpass.purge_audit_events($1, $2, $3, $4)
