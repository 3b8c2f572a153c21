-- New rows of each table. $1 the start time, $2 the smallest id of that time.
-- The ids of sessions and events are UUIDs of version 7, which are ordered by time.
select (select count(*) from hallpass.users where created_at >= $1) as "users!",
    (select count(*) from hallpass.sessions where id >= $2 and created_at >= $1) as "sessions!",
    (select count(*) from hallpass.audit_events where id >= $2 and occurred_at >= $1) as "audit_events!",
    (
        select extract(epoch from clock_timestamp() - min(installed_on))::float8 / 86400 from hallpass._sqlx_migrations
    ) as "age_days?"
