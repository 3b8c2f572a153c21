-- $1 client. Sessions that were opened before the returned time are revoked: session_is_live compares. The time never
-- goes back, because sessions would become active again if the clock had been set back.
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
