-- $1 session, $2 user, $3 generation, $4 new id, $5 e-mail, $6 normalised, $7 name, $8 normalised,
-- $9 roles, $10 password hash or null, $11 client, $12 time of issue, $13 e-mail for the search or null.
with viewer as materialized (
    select v.*, coalesce((select count(*) from hallpass.roles where name = any ($9)), 0) = cardinality($9) as roles_exist
    from hallpass.authorize_access($1, $2, $3, $12, 'users:write') v
),
created as (
    insert into hallpass.users (
        id, email, email_normalized, email_search, email_set_by, name, name_normalized, roles, password_hash,
        password_set_by, link_made_by
    )
    select $4, $5, $6, $13, v.user_id, $7, $8, $9, $10, case when $10::text is not null then v.user_id end, v.user_id
    from viewer v
    where v.roles_exist and hallpass.require_permissions(v.permissions, hallpass.permissions_of($9))
    returning users
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from viewer v, created c,
        lateral hallpass.audit_event('user_created', 'info', v.user_id, $4, $1, $11,
            jsonb_build_object('roles', to_jsonb($9::text[]), 'withPassword', $10::text is not null)) as event
)
select (select hallpass.user_json(c.users) from created c) as "user?: Json<User>"
from viewer
