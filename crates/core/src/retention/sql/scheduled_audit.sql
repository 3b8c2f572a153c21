-- $1 seconds to keep, $2 how many to look at, $3 client.
select scanned as "scanned!", purged as "purged!", is_done as "is_done!"
from hallpass.purge_audit(make_interval(secs => $1), $2, $3)
