-- $1 seconds after which the longest rule forgets, $2 how many to look at.
select scanned as "scanned!", purged as "purged!", is_done as "is_done!"
from hallpass.purge_throttle(make_interval(secs => $1), $2)
