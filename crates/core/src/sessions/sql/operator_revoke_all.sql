-- $1 client. Sessions opened before the moment are over: session_is_live compares. Never an earlier moment than
-- the one before: a clock that was set back would bring sessions back.
with moved as (
    update hallpass.settings
    set sessions_valid_from = greatest(sessions_valid_from, clock_timestamp())
    returning sessions_valid_from
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from moved m, lateral hallpass.audit_event('all_sessions_ended', 'warning', null, null, null, $1,
        jsonb_build_object('validFrom', to_char(m.sessions_valid_from at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) as event
)
select sessions_valid_from as "valid_from!" from moved
