-- $1 seconds to keep, $2 how many to look at.
select scanned as "scanned!", purged as "purged!", is_done as "is_done!"
from hallpass.purge_sessions(make_interval(secs => $1), $2)
