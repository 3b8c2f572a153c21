-- The daily run, with the application's role: it purges old rows and sends each alert once.

-- How far the purges of two tables have come. No index has the order of their expired rows, so a batch continues here.
create table hallpass.maintenance (
    id boolean constraint maintenance_pkey primary key default true,
    sessions_after uuid not null default '00000000-0000-0000-0000-000000000000',
    throttle_after bytea not null default '',
    constraint maintenance_one_row check (id)
);
insert into hallpass.maintenance default values;
comment on table hallpass.maintenance is 'How far purge_sessions and purge_throttle have come; zero or empty: at the beginning.';

create table hallpass.alerts (
    kind text constraint alerts_pkey primary key,
    breached_at timestamptz not null,
    claimed_at timestamptz not null,
    told_at timestamptz,
    failed_at timestamptz,
    failure text,
    constraint alerts_failed_with_reason check ((failed_at is null) = (failure is null))
);
comment on table hallpass.alerts is 'Thresholds that are exceeded: since when, which run is about to send the alert, and when one was delivered. If an alert was not delivered, its threshold stays here even when it is no longer exceeded, until an alert is delivered.';
comment on column hallpass.alerts.failure is 'Why the last alert was not delivered; null if it was delivered.';

-- The three functions below run with their owner's privileges, because the application's role may delete neither
-- sessions nor audit events. Each checks at most p_limit rows, and enforces a minimum age that no caller can lower.
-- They set the search path themselves, so that nobody can put another table in the way.

-- Deletes sessions that ended more than p_keep ago, and at least a week ago.
create function hallpass.purge_sessions(p_keep interval, p_limit integer)
returns table (scanned bigint, purged bigint, is_done boolean)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    place uuid;
    last_id uuid;
    before timestamptz := clock_timestamp() - greatest(p_keep, interval '7 days');
    size integer := least(p_limit, 10000);
begin
    -- Two runs at the same time take turns: the second one continues where the first one stopped.
    select m.sessions_after into place from hallpass.maintenance m for no key update;
    with page as materialized (
        select s.id, hallpass.session_ended_at(s) < before as is_over
        from hallpass.sessions s
        where s.id > place
        order by s.id
        limit size
    ),
    gone as (
        delete from hallpass.sessions s using page p where s.id = p.id and p.is_over returning s.id
    )
    select count(*), (select count(*) from gone), (select p.id from page p order by p.id desc limit 1)
    into scanned, purged, last_id
    from page;
    is_done := scanned < size;
    update hallpass.maintenance m
    set sessions_after = case when is_done then '00000000-0000-0000-0000-000000000000' else last_id end;
    return next;
end
$$;

-- Deletes throttle counters that started more than p_window ago, at least an hour ago, and demand no delay.
create function hallpass.purge_throttle(p_window interval, p_limit integer)
returns table (scanned bigint, purged bigint, is_done boolean)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    place bytea;
    last_key bytea;
    before timestamptz := clock_timestamp() - greatest(p_window, interval '1 hour');
    size integer := least(p_limit, 10000);
begin
    select m.throttle_after into place from hallpass.maintenance m for no key update;
    with page as materialized (
        select t.key, t.first_failure_at < before and coalesce(t.blocked_until < clock_timestamp(), true) as is_stale
        from hallpass.login_throttle t
        where t.key > place
        order by t.key
        limit size
    ),
    gone as (
        -- Checked again: an attempt may have failed in the meantime and started the count again.
        delete from hallpass.login_throttle t using page p
        where t.key = p.key and p.is_stale and t.first_failure_at < before
        returning t.key
    )
    select count(*), (select count(*) from gone), (select p.key from page p order by p.key desc limit 1)
    into scanned, purged, last_key
    from page;
    is_done := scanned < size;
    update hallpass.maintenance m set throttle_after = case when is_done then '' else last_key end;
    return next;
end
$$;

-- Deletes audit events that are older than p_keep, and at least 90 days old, oldest first, and records that in an
-- event. The application's role can delete no younger events, and it cannot delete any without leaving a recent event.
create function hallpass.purge_audit(p_keep interval, p_limit integer, p_client jsonb)
returns table (scanned bigint, purged bigint, is_done boolean)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    before timestamptz := clock_timestamp() - greatest(p_keep, interval '90 days');
    size integer := least(p_limit, 10000);
begin
    perform set_config('hallpass.purging', 'on', true);
    with page as materialized (
        select e.id from hallpass.audit_events e where e.occurred_at < before order by e.occurred_at, e.id limit size
    ),
    gone as (
        delete from hallpass.audit_events e using page p where e.id = p.id returning e.id
    )
    select count(*), (select count(*) from gone) into scanned, purged from page;
    perform set_config('hallpass.purging', 'off', true);
    is_done := scanned < size;
    if purged > 0 then
        insert into hallpass.audit_events
        select event.*
        from hallpass.audit_event('audit_purged', 'warning', null, null, null, p_client,
            jsonb_build_object('before', to_char(before at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'purged', purged)) as event;
    end if;
    return next;
end
$$;

revoke execute on function hallpass.purge_sessions, hallpass.purge_throttle, hallpass.purge_audit from public;
comment on function hallpass.purge_sessions is 'For the application''s role: deletes sessions that ended long ago.';
comment on function hallpass.purge_throttle is 'For the application''s role: deletes throttle counters that have expired.';
comment on function hallpass.purge_audit is 'For the application''s role: deletes audit events that are at least 90 days old. purge_audit_events is for the owner.';

-- Number of active sessions, as the planner estimates it from the table's statistics. No row is read.
create function hallpass.estimated_live_sessions() returns bigint
language plpgsql volatile
set search_path = pg_catalog, pg_temp as $$
declare
    plan json;
begin
    execute 'explain (format json) select from hallpass.sessions
        where revoked_at is null and idle_expires_at > now() and expires_at > now()' into plan;
    return (plan -> 0 -> 'Plan' ->> 'Plan Rows')::bigint;
end
$$;

-- Privileges that the current role has but the functions do not need; empty for hallpass_app and its members. The
-- status page and `hallpass doctor` read it.
create function hallpass.excess_privileges() returns text[]
language sql stable
begin atomic
    select array_remove(array[
        case when (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = current_user)
            then 'do everything (superuser)' end,
        case when has_schema_privilege('hallpass', 'create') then 'create tables' end,
        case when has_table_privilege('hallpass.users', 'delete') then 'delete users' end,
        case when has_table_privilege('hallpass.sessions', 'insert') then 'insert sessions' end,
        case when has_table_privilege('hallpass.audit_events', 'update')
            or has_table_privilege('hallpass.audit_events', 'delete') then 'change audit events' end,
        case when has_table_privilege('hallpass.audit_events', 'truncate')
            or has_table_privilege('hallpass.users', 'truncate') then 'truncate tables' end
    ], null);
end;
