-- The newest failure, with every threshold whose alert has not been delivered.
select max(a.failed_at) as failed_at,
    (array_agg(a.failure order by a.failed_at desc))[1] as failure,
    array_agg(a.kind order by a.kind) as kinds
from hallpass.alerts a
where a.failed_at is not null
