-- $1 retention period in seconds, $2 number of rows to check, $3 client.
select scanned as "scanned!", purged as "purged!", is_done as "is_done!"
from hallpass.purge_audit(make_interval(secs => $1), $2, $3)
