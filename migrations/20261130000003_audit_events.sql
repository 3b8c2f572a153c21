-- The audit log: what happened, who caused it and who is affected. Rows are added and never changed.

create table hallpass.audit_events (
    id uuid constraint audit_events_pkey primary key,
    occurred_at timestamptz not null,
    event text not null,
    severity text not null,
    actor_id uuid,
    subject_id uuid,
    session_id uuid,
    ip inet,
    user_agent text,
    request_id text,
    details jsonb not null,
    constraint audit_events_severity_known check (severity in ('info', 'warning', 'critical'))
);
comment on column hallpass.audit_events.actor_id is 'The user who caused the event; null if nobody was signed in, or for the operator at the command line.';
comment on column hallpass.audit_events.subject_id is 'The affected user.';

create function hallpass.audit_event(
    p_event text, p_severity text, p_actor uuid, p_subject uuid, p_session uuid, p_client jsonb, p_details jsonb
) returns hallpass.audit_events
language sql volatile
begin atomic
    select (p_client ->> 'eventId')::uuid, clock_timestamp(), p_event, p_severity, p_actor, p_subject, p_session,
        (p_client ->> 'ip')::inet, p_client ->> 'userAgent', p_client ->> 'requestId', p_details;
end;
comment on function hallpass.audit_event is 'Builds the row that a statement inserts. p_client is core''s Client as JSON.';

-- Only the functions purge_audit_events and purge_audit delete old events. If the application connects as the owner,
-- this trigger refuses every update, every truncate, and the deletion of events that are less than 30 days old.
create function hallpass.refuse_change_of_the_past() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'DELETE' and current_setting('hallpass.purging', true) = 'on' then
        if old.occurred_at < clock_timestamp() - interval '30 days' then
            return old;
        end if;
    end if;
    raise exception 'audit events are append-only' using errcode = 'HP405';
end
$$;
create trigger audit_events_append_only
    before update or delete on hallpass.audit_events
    for each row execute function hallpass.refuse_change_of_the_past();
create trigger audit_events_no_truncate
    before truncate on hallpass.audit_events
    for each statement execute function hallpass.refuse_change_of_the_past();

-- The application's role may add events, but may not choose their time: it is the database's, and the id, whose first
-- 48 bits are milliseconds (UUID version 7, RFC 9562), must be within a day of it. The owner may choose the time,
-- because a restore inserts events of the past.
create function hallpass.date_audit_event() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    made_at timestamptz;
begin
    if pg_has_role(current_user, (select c.relowner from pg_class c where c.oid = tg_relid), 'usage') then
        return new;
    end if;
    new.occurred_at := clock_timestamp();
    made_at := to_timestamp(('x' || translate(left(new.id::text, 13), '-', ''))::bit(48)::bigint / 1000.0);
    if substr(new.id::text, 15, 1) <> '7' or made_at not between new.occurred_at - interval '1 day'
        and new.occurred_at + interval '1 day' then
        raise exception 'the id of an audit event must be a UUID of version 7 made now' using errcode = 'HP405';
    end if;
    return new;
end
$$;
create trigger audit_events_date
    before insert on hallpass.audit_events
    for each row execute function hallpass.date_audit_event();

-- Checks the next p_limit events after p_after in the order of their ids, which is the order of time, up to p_until,
-- and deletes those that occurred before p_before. The setting is made in the body and not in the function's SET
-- clause: since PostgreSQL 15, only a superuser may use that clause for a setting that no extension has declared. The
-- setting ends at the end of the function, or with the transaction if the function fails.
create function hallpass.purge_audit_events(p_after uuid, p_until uuid, p_before timestamptz, p_limit integer)
returns table (scanned bigint, purged bigint, last_id uuid)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    perform set_config('hallpass.purging', 'on', true);
    return query
    with page as materialized (
        select e.id, e.occurred_at < p_before as is_old
        from hallpass.audit_events e
        where e.id > p_after and e.id < p_until
        order by e.id
        limit p_limit
    ),
    gone as (
        delete from hallpass.audit_events e using page p where e.id = p.id and p.is_old
        returning e.id
    )
    select count(*), (select count(*) from gone), (select p.id from page p order by p.id desc limit 1)
    from page;
    perform set_config('hallpass.purging', 'off', true);
end
$$;
revoke execute on function hallpass.purge_audit_events from public;
comment on function hallpass.purge_audit_events is 'Deletes audit events for their owner (hallpass db purge). The application''s role uses purge_audit.';

create index audit_events_newest_idx on hallpass.audit_events
    (occurred_at, id);
create index audit_events_event_idx on hallpass.audit_events
    (event, occurred_at, id);
create index audit_events_subject_idx on hallpass.audit_events
    (subject_id, occurred_at, id) where subject_id is not null;
create index audit_events_actor_idx on hallpass.audit_events
    (actor_id, occurred_at, id) where actor_id is not null;
create index audit_events_severity_idx on hallpass.audit_events
    (severity, occurred_at, id) where severity <> 'info';

-- Counting sign-ins needs the index only, as long as the table's pages are known to be visible to all transactions. For
-- a table that is never updated, vacuum would otherwise wait until a fifth of the rows are new.
alter table hallpass.audit_events set (autovacuum_vacuum_insert_scale_factor = 0.02);
