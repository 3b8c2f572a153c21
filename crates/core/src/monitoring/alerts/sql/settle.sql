-- $1 kinds that were claimed, $2 why the alert was not delivered; null if it was. If it was not, the next run may try
-- at once. If it was, alerts arrive again, so earlier failures of other kinds are cleared.
update hallpass.alerts a
set told_at = case when $2::text is null and a.kind = any ($1::text[]) then clock_timestamp() else a.told_at end,
    claimed_at = case when $2::text is not null then '-infinity' else a.claimed_at end,
    failed_at = case when $2::text is not null then clock_timestamp() end,
    failure = $2::text
where a.kind = any ($1::text[]) or ($2::text is null and a.failed_at is not null)
