-- One update decides everything under the lock of the session's row: a request that waited sees the result.
-- $1 session, $2 presented generation, $3 idle lifetime, $4 client, $5 reuse interval, $6 retry grace period; durations
-- in seconds, by the database's clock. $7 user, $8 the session's counter of refused tokens.
with decided as (
    update hallpass.sessions s
    set generation = case when s.generation = $2 then s.generation + 1 else s.generation end,
        rotated_at = case when s.generation = $2 then clock_timestamp() else s.rotated_at end,
        confirmed_at = case when s.generation = $2 then null else s.confirmed_at end,
        -- A repetition after the reuse interval: the previous response was lost, or somebody else has it.
        reissued_at = case when s.generation - 1 = $2 and s.confirmed_at is null
                and s.rotated_at < clock_timestamp() - make_interval(secs => $5)
            then clock_timestamp() else s.reissued_at end,
        last_used_at = case when s.generation = $2 then clock_timestamp() else s.last_used_at end,
        idle_expires_at = case when s.generation = $2
            then least(s.expires_at, clock_timestamp() + make_interval(secs => $3)) else s.idle_expires_at end,
        ip = case when s.generation = $2 then ($4::jsonb ->> 'ip')::inet else s.ip end,
        user_agent = case when s.generation = $2 then $4::jsonb ->> 'userAgent' else s.user_agent end,
        -- Neither the current token nor a permitted repetition of its predecessor: somebody else has the token as well.
        (revoked_at, revoked_reason) = (
            select clock_timestamp(), 'refresh_reuse'
            where s.generation <> $2
                and not (s.generation - 1 = $2 and (
                    s.rotated_at >= clock_timestamp() - make_interval(secs => $5)
                    or (s.confirmed_at is null and s.rotated_at >= clock_timestamp() - make_interval(secs => $6))
                ))
        )
    from hallpass.users u
    where s.id = $1
        and s.generation >= $2
        and hallpass.session_is_live(s)
        and s.user_id = $7
        and u.id = s.user_id
        and u.is_active
        and (s.vouched_by is null or hallpass.is_vouched_for(s.vouched_by, u.roles))
    returning s.id, s.user_id, s.generation, s.expires_at, s.revoked_at, u
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from decided d,
        lateral hallpass.audit_event('refresh_reuse', 'critical', null, d.user_id, d.id, $4,
            jsonb_build_object('presented', $2, 'current', d.generation)) as event
    where d.revoked_at is not null
),
-- A token of ours whose session has ended. It is counted for each session, which bounds the number of events.
refused as materialized (
    select case when hallpass.begin_attempt($8) = 0
        then hallpass.record_failure('refresh_refused', 'info', 'session_ended', $7, $1, $4) end as recorded
    where not exists (select from decided)
)
select d.id as "session_id?", d.generation as "generation?", d.expires_at as "expires_at?",
    clock_timestamp() as "now!", (d.u).credential_version as "credential_version?",
    case when d.id is not null then hallpass.user_json(d.u) end as "user?: Json<User>",
    d.revoked_at is not null as "reused!", exists (select from refused) as "refused!"
from (select) as one
left join decided d on true
