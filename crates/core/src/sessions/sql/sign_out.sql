-- $1 session, $2 whether to end all sessions of the user, $3 client, $4 user. Idempotent. The generation is not
-- checked, because signing out is always allowed. The token of a session that has ended cannot end other sessions: it
-- may be on a laptop that was sold long ago.
with mine as materialized (
    select s.id, s.user_id, $2 and hallpass.session_is_live(s) as everywhere from hallpass.sessions s where s.id = $1 and s.user_id = $4
),
ended as (
    update hallpass.sessions s
    set revoked_at = clock_timestamp(),
        revoked_reason = case when mine.everywhere then 'logout_everywhere' else 'logout' end
    from mine
    where s.user_id = mine.user_id and s.revoked_at is null and (s.id = mine.id or mine.everywhere)
    returning s.id, s.user_id
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from mine, (select count(*) as count from ended) as ended,
        lateral hallpass.audit_event(case when mine.everywhere then 'logout_everywhere' else 'logout' end, 'info',
            mine.user_id, mine.user_id, mine.id, $3, jsonb_build_object('count', ended.count)) as event
    where ended.count > 0
)
select (select user_id from mine) as "user_id?", (select count(*) from ended) as "ended!"
