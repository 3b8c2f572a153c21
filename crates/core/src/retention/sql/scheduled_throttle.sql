-- $1 the longest window of all limits in seconds, $2 number of rows to check.
select scanned as "scanned!", purged as "purged!", is_done as "is_done!"
from hallpass.purge_throttle(make_interval(secs => $1), $2)
