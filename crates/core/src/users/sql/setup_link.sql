-- $1 caller, $2 user, $3 client. Increasing the credential version revokes older links.
with viewer as materialized (
    select * from hallpass.authorize_access($1, 'users:write')
),
renewed as (
    update hallpass.users u
    set credential_version = u.credential_version + 1, link_made_by = v.user_id
    from viewer v
    where u.id = $2 and u.is_active and hallpass.require_permissions(v.permissions, hallpass.permissions_of(u.roles))
    returning u.credential_version
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from viewer v, renewed,
        lateral hallpass.audit_event('setup_link_made', 'info', v.user_id, $2, v.session_id, $3, '{}') as event
)
select (select credential_version from renewed) as "credential_version?", clock_timestamp() as "made_at!"
from viewer
