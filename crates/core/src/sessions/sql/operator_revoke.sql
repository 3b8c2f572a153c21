-- $1 id or null, $2 normalised e-mail or null, $3 client. Sessions that had expired end here, too, but do not count.
with target as materialized (
    select u.id,
        (select count(*) from hallpass.sessions s where s.user_id = u.id and s.revoked_at is null and hallpass.session_is_live(s)) as live
    from hallpass.users u
    where u.id = $1 or u.email_normalized = $2
),
ended as materialized (
    select t.id, t.live, hallpass.end_sessions(t.id, null, null, 'ended_by_operator') from target t
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from ended e, lateral hallpass.audit_event('sessions_ended', 'info', null, e.id, null, $3,
        jsonb_build_object('count', e.live)) as event
    where e.live > 0
)
select live as "ended!" from ended
