-- $1 id at which to start, $2 earliest time, $3 names of events (empty: all), $4 severity or null, $5 user or null,
-- $6 maximum number.
select jsonb_build_object(
        'id', e.id, 'occurredAt', e.occurred_at, 'event', e.event, 'severity', e.severity,
        'actorId', e.actor_id, 'actorEmail', a.email, 'userId', e.subject_id, 'userEmail', u.email,
        'sessionId', e.session_id, 'ip', host(e.ip), 'userAgent', e.user_agent, 'requestId', e.request_id,
        'details', e.details
    ) as "event!: Json<AuditEvent>"
from hallpass.audit_events e
left join hallpass.users a on a.id = e.actor_id
left join hallpass.users u on u.id = e.subject_id
where e.id >= $1 and e.occurred_at >= $2
    and (cardinality($3::text[]) = 0 or e.event = any ($3))
    and ($4::text is null or e.severity = $4)
    and ($5::uuid is null or e.actor_id = $5 or e.subject_id = $5)
order by e.id desc
limit $6
