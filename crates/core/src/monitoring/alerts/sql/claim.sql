-- Returns the kinds that the caller has to send an alert for. $1 kinds whose threshold is exceeded, $2 kinds that were
-- checked, $3 seconds after which the same alert is sent again, $4 seconds after which somebody else may take over a
-- claim.
with cleared as (
    delete from hallpass.alerts a
    where a.kind = any ($2::text[]) and a.kind <> all ($1::text[]) and a.failed_at is null
),
claimed as (
    insert into hallpass.alerts as a (kind, breached_at, claimed_at)
    select b.kind, clock_timestamp(), clock_timestamp()
    from (select distinct unnest($1::text[]) as kind order by 1) as b
    on conflict (kind) do update
    set claimed_at = clock_timestamp()
    where coalesce(a.told_at, '-infinity') < clock_timestamp() - make_interval(secs => $3)
        and a.claimed_at < clock_timestamp() - make_interval(secs => $4)
    returning a.kind
)
select kind as "kind!" from claimed order by kind
