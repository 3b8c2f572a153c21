-- $1 caller, $2 new id, $3 e-mail, $4 normalized, $5 e-mail for the search or null, $6 name, $7 normalized, $8 roles,
-- $9 password hash or null, $10 whether the account is temporary, $11 client.
with viewer as materialized (
    select v.*, coalesce((select count(*) from hallpass.roles where name = any ($8)), 0) = cardinality($8) as roles_exist
    from hallpass.authorize_access($1, 'users:write') v
),
created as (
    insert into hallpass.users (
        id, email, email_normalized, email_search, email_set_by, name, name_normalized, roles, password_hash,
        password_set_by, link_made_by, is_temporary
    )
    select $2, $3, $4, $5, v.user_id, $6, $7, $8, $9, case when $9::text is not null then v.user_id end, v.user_id, $10
    from viewer v
    where v.roles_exist and hallpass.require_permissions(v.permissions, hallpass.permissions_of($8))
    returning users
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from viewer v, created c,
        lateral hallpass.audit_event('user_created', 'info', v.user_id, $2, v.session_id, $11,
            jsonb_build_object('roles', to_jsonb($8::text[]), 'withPassword', $9::text is not null)) as event
)
select (select hallpass.user_json(c.users) from created c) as "user?: Json<User>"
from viewer
