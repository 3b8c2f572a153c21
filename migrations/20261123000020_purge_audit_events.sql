-- Old audit events may be deleted, by their owner and by one way only.

-- The application's role has no DELETE on the table and may not call the function, which runs with its
-- caller's privileges: for it nothing changes. Where the application has to connect as the owner, this trigger
-- still refuses every update, every truncate, and every delete of what is younger than 30 days.
create or replace function refuse_change_of_the_past() returns trigger
language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_setting('hallpass.purging', true) = 'on' then
        if old.occurred_at < clock_timestamp() - interval '30 days' then
            return old;
        end if;
    end if;
    raise exception 'audit events are append-only' using errcode = 'HP405';
end
$$;

-- Looks at the next p_limit events after p_after in the order of their ids, which is that of time, up to p_until,
-- and deletes those that occurred before p_before. The setting is made in the body and not by the function's SET
-- clause, which since PostgreSQL 15 only a superuser may write for a setting that no extension has declared; it
-- ends with the function, or with the transaction where the function fails.
create function purge_audit_events(p_after uuid, p_until uuid, p_before timestamptz, p_limit integer)
returns table (scanned bigint, purged bigint, last_id uuid)
language plpgsql volatile
as $$
begin
    perform set_config('hallpass.purging', 'on', true);
    return query
    with page as materialized (
        select e.id, e.occurred_at < p_before as is_old
        from audit_events e
        where e.id > p_after and e.id < p_until
        order by e.id
        limit p_limit
    ),
    gone as (
        delete from audit_events e using page p where e.id = p.id and p.is_old
        returning e.id
    )
    select count(*), (select count(*) from gone), (select p.id from page p order by p.id desc limit 1)
    from page;
    perform set_config('hallpass.purging', 'off', true);
end
$$;
revoke execute on function purge_audit_events from public;
comment on function purge_audit_events is 'The one way in which audit events are deleted; for their owner (hallpass db purge).';
