-- What the operator's page asks for.

-- How many sessions live, as the planner estimates it from the table's statistics: nothing is read.
create function estimated_live_sessions() returns bigint
language plpgsql volatile as $$
declare
    plan json;
begin
    execute 'explain (format json) select from sessions
        where revoked_at is null and idle_expires_at > now() and expires_at > now()' into plan;
    return (plan -> 0 -> 'Plan' ->> 'Plan Rows')::bigint;
end
$$;

-- Counting sign-ins reads the index alone, as long as the table's pages are known to be visible to everybody.
-- Of a table that is only ever added to, vacuum would by itself wait for a fifth of it to be new.
alter table audit_events set (autovacuum_vacuum_insert_scale_factor = 0.02);
