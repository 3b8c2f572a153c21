-- Counters of failed sign-ins. Keys are MACs: the table tells nobody which accounts were tried from where.

create table hallpass.login_throttle (
    key bytea constraint login_throttle_pkey primary key,
    failures integer not null,
    first_failure_at timestamptz not null,
    blocked_until timestamptz
);

-- Counts one attempt before the password is looked at, so that parallel guesses cannot outrun the
-- counter. A refused attempt is not counted. Answers the seconds to wait, 0 where the attempt may go on.
create function hallpass.count_attempt(p_key bytea, p_limit integer, p_max_delay integer, p_forget_after integer)
returns integer
language plpgsql volatile
set search_path = pg_catalog, pg_temp as $$
declare
    counted hallpass.login_throttle;
begin
    insert into hallpass.login_throttle as t (key, failures, first_failure_at, blocked_until)
    values (p_key, 1, clock_timestamp(), null)
    on conflict (key) do update set
        failures = case when t.first_failure_at < clock_timestamp() - make_interval(secs => p_forget_after)
            then 1 else t.failures + 1 end,
        first_failure_at = case when t.first_failure_at < clock_timestamp() - make_interval(secs => p_forget_after)
            then clock_timestamp() else t.first_failure_at end
    where t.blocked_until is null or t.blocked_until <= clock_timestamp()
    returning * into counted;
    if not found then
        select * into counted from hallpass.login_throttle where key = p_key;
        return greatest(1, ceil(extract(epoch from counted.blocked_until - clock_timestamp())));
    end if;
    if counted.failures >= p_limit then
        update hallpass.login_throttle
        set blocked_until = clock_timestamp()
            + make_interval(secs => least(p_max_delay, 2.0 ^ least(counted.failures - p_limit, 30)))
        where key = p_key;
    end if;
    return 0;
end
$$;
comment on function hallpass.count_attempt is 'From failure number p_limit on the wait doubles from one second up to p_max_delay; p_forget_after seconds after the first failure the count starts anew.';
