-- $1 id or null, $2 normalised e-mail or null, $3 client. The counter's step makes older links worthless.
with renewed as (
    update hallpass.users u
    set credential_version = u.credential_version + 1, link_made_by = null
    where (u.id = $1 or u.email_normalized = $2) and u.is_active
    returning u.id, u.credential_version
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from renewed r, lateral hallpass.audit_event('setup_link_made', 'info', null, r.id, null, $3, '{}') as event
)
select r.id as "id!", r.credential_version as "credential_version!", clock_timestamp() as "made_at!"
from renewed r
