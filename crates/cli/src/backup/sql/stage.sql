-- Stage of a restore. The columns in this statement exist in all schema versions.
select case when count(*) = 0 then 'loaded' when bool_and(sessions_valid_from = 'infinity') then 'closed'
    else 'in use' end as "stage!"
from hallpass.settings
