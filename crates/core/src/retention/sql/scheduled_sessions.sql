-- $1 retention period in seconds, $2 number of rows to check.
select scanned as "scanned!", purged as "purged!", is_done as "is_done!"
from hallpass.purge_sessions(make_interval(secs => $1), $2)
