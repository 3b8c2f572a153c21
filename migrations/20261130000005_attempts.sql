-- Attempts to prove an identity. All of them, whatever the proof, are throttled, counted and recorded here.

create table hallpass.login_throttle (
    key bytea constraint login_throttle_pkey primary key,
    failures integer not null,
    first_failure_at timestamptz not null,
    blocked_until timestamptz
);
comment on table hallpass.login_throttle is 'Counters of failed attempts. The keys are MACs, so that the table does not reveal which accounts were tried from where.';

-- The counters of one attempt as a table. p_counters is core's Counters as JSON: an array of objects with "key"
-- (hexadecimal), "limit", "maxDelay", "window" (seconds) and "isOwn".
create function hallpass.counters_of(p_counters jsonb)
returns table (key bytea, failure_limit integer, max_delay integer, failure_window integer, is_own boolean)
language sql immutable parallel safe
begin atomic
    select decode(c ->> 'key', 'hex'), (c ->> 'limit')::integer, (c ->> 'maxDelay')::integer,
        (c ->> 'window')::integer, (c ->> 'isOwn')::boolean
    from jsonb_array_elements(p_counters) as c;
end;

-- One transaction at a time for each counter, even before its row exists. All transactions lock in the same order.
create function hallpass.lock_counters(p_counters jsonb) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp as $$
declare
    counter record;
begin
    for counter in select c.key from hallpass.counters_of(p_counters) as c order by c.key loop
        perform pg_advisory_xact_lock(1751215205, hashtext(encode(counter.key, 'hex')));
    end loop;
end
$$;

-- Begins an attempt. If one of its counters demands a delay, nothing is changed, and the longest delay is returned in
-- seconds. Otherwise the attempt is counted as a failure in advance, so that parallel guesses cannot outrun the
-- counters, and 0 is returned. From failure number "limit" on, the delay doubles from one second up to "maxDelay";
-- "window" seconds after the first failure, the count starts again. Counters are found by their keys: the planner
-- takes the array for a hundred counters, and would rather read the whole table, with all that was deleted since the
-- last vacuum.
create function hallpass.begin_attempt(p_counters jsonb) returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    wait numeric;
    at timestamptz;
begin
    perform hallpass.lock_counters(p_counters);
    at := clock_timestamp();
    select max(extract(epoch from t.blocked_until - at)) into wait
    from hallpass.counters_of(p_counters) as c
    join hallpass.login_throttle t on t.key = c.key
    where t.blocked_until > at;
    if wait is not null then
        return ceil(wait);
    end if;
    insert into hallpass.login_throttle as t (key, failures, first_failure_at, blocked_until)
    select n.key, n.failures, n.first_failure_at,
        case when n.failures >= n.failure_limit
            then at + make_interval(secs => least(n.max_delay, 2.0 ^ least(n.failures - n.failure_limit, 30))) end
    from (
        select c.*, case when is_counting then known.failures + 1 else 1 end as failures,
            case when is_counting then known.first_failure_at else at end as first_failure_at
        from hallpass.counters_of(p_counters) as c
        left join hallpass.login_throttle known on known.key = c.key
        cross join lateral (
            select coalesce(known.first_failure_at >= at - make_interval(secs => c.failure_window), false) as is_counting
        ) as state
    ) as n
    order by n.key
    on conflict (key) do update set
        failures = excluded.failures,
        first_failure_at = excluded.first_failure_at,
        blocked_until = excluded.blocked_until;
    -- Starts at a random key: next to the keys of attempts, some ranges of keys would hardly ever be visited.
    perform hallpass.forget_counters(uuid_send(gen_random_uuid()));
    return 0;
end
$$;

-- Deletes expired counters among the eight that follow a key. An attempt adds at most four, so the table stays small
-- without a scheduled task, at the cost of one short index scan.
create function hallpass.forget_counters(p_after bytea) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp as $$
begin
    delete from hallpass.login_throttle t
    where t.key in (
        select stale.key
        from hallpass.login_throttle stale
        where stale.key in (
                select near.key from hallpass.login_throttle near where near.key > p_after order by near.key limit 8
            )
            and stale.first_failure_at < clock_timestamp() - interval '24 hours'
            and coalesce(stale.blocked_until < clock_timestamp(), true)
        for update skip locked
    );
end
$$;

-- Ends an attempt that was not a failure: the identity was proved, or the failure is ours (no connection, no capacity).
-- A proof deletes the counters that belong to the owner alone. The other counters are decreased by one, and the delay
-- that begin_attempt set in advance ends. This gives nobody an extra guess, because an attempt is accepted only while
-- there is no delay.
create function hallpass.settle_attempt(p_counters jsonb, p_is_proved boolean) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    perform hallpass.lock_counters(p_counters);
    delete from hallpass.login_throttle t
    using hallpass.counters_of(p_counters) as c
    where t.key = c.key and (t.failures <= 1 or c.is_own and p_is_proved);
    update hallpass.login_throttle t
    set failures = t.failures - 1, blocked_until = null
    from hallpass.counters_of(p_counters) as c
    where t.key = c.key;
    return true;
end
$$;

-- Records a failed attempt. There are no more of these events than attempts that begin_attempt accepts.
create function hallpass.record_failure(
    p_event text, p_severity text, p_reason text, p_subject uuid, p_session uuid, p_client jsonb
) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp as $$
begin
    insert into hallpass.audit_events
    select event.*
    from hallpass.audit_event(
        p_event, p_severity, null, p_subject, p_session, p_client, jsonb_build_object('reason', p_reason)) as event
    -- The statement of a refresh may be retried.
    on conflict on constraint audit_events_pkey do nothing;
    return true;
end
$$;
