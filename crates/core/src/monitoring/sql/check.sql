-- Appended to "with limits as (…), failed as (…)".
select coalesce(max(f.in_a_minute), 0) as worst_minute,
    coalesce(max(f.at_one_account), 0) as worst_hour_of_an_account,
    (
        select coalesce(jsonb_agg(jsonb_build_object('scope', l.scope, 'used', l.used, 'at_most', l.at_most)), '[]')
        from limits l
    ) as limits
from failed f
