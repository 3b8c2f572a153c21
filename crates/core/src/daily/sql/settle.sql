-- $1 kinds that were claimed, $2 whether they were told of. If not, the next one may try at once.
update hallpass.alerts a
set told_at = case when $2 then clock_timestamp() else a.told_at end,
    claimed_at = case when $2 then a.claimed_at else '-infinity' end
where a.kind = any ($1::text[])
