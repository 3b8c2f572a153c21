-- $1 caller, $2 user, $3 expected versions (null: any), $4 e-mail, $5 normalized, $6 e-mail for the search or null,
-- $7 name, $8 normalized, $9 roles, $10 active, $11 client. Null leaves a field unchanged.
-- The row is locked before it is read: a statement that waited for another editor records what that editor left.
with viewer as materialized (
    select v.*, $9::text[] is null
        or (select count(*) from hallpass.roles where name = any ($9)) = cardinality($9) as roles_exist
    from hallpass.authorize_access($1, 'users:write') v
),
before as materialized (
    select u.id, u.roles, u.is_active, u.email, u as whole
    from viewer v
    join hallpass.users u on u.id = $2
    for no key update of u
),
changed as (
    update hallpass.users u
    set email = coalesce($4, u.email),
        email_normalized = coalesce($5, u.email_normalized),
        email_search = case when $5::text is null then u.email_search else $6 end,
        email_set_by = case
            when $5 = u.email_normalized then u.email_set_by
            when $5 is not null and v.user_id <> u.id then v.user_id
            when $5 is null then u.email_set_by
        end,
        email_verified_at = case when $5 <> u.email_normalized then null else u.email_verified_at end,
        name = coalesce($7, u.name),
        name_normalized = coalesce($8, u.name_normalized),
        roles = coalesce($9, u.roles),
        is_active = coalesce($10, u.is_active),
        updated_at = clock_timestamp(),
        version = u.version + 1
    from viewer v, before b
    -- By the parameter as well: joined by b.id alone, roles of other users might be judged before they are left out.
    where u.id = $2
        and u.id = b.id
        and ($3::integer[] is null or u.version = any ($3))
        and v.roles_exist
        -- The operator's commands are idempotent: a change that changes nothing is neither written nor recorded.
        and (
            v.user_id is not null
            or (u.email, u.name, u.roles, u.is_active)
                is distinct from (coalesce($4, u.email), coalesce($7, u.name), coalesce($9, u.roles), coalesce($10, u.is_active))
        )
        and hallpass.require_permissions(v.permissions, hallpass.permissions_of(u.roles))
        and hallpass.require_permissions(v.permissions, hallpass.permissions_of(coalesce($9, u.roles)))
    returning u
),
ended as materialized (
    select hallpass.end_sessions((c.u).id, null, null, 'user_deactivated') from changed c where not (c.u).is_active
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from viewer v, before b, changed c left join ended on true,
        lateral hallpass.audit_event(
            case
                when b.is_active and not (c.u).is_active then 'user_deactivated'
                when not b.is_active and (c.u).is_active then 'user_reactivated'
                when b.roles <> (c.u).roles then 'user_roles_changed'
                else 'user_updated'
            end,
            'info', v.user_id, $2, v.session_id, $11,
            jsonb_strip_nulls(jsonb_build_object(
                'version', (c.u).version,
                'rolesBefore', case when b.roles <> (c.u).roles then to_jsonb(b.roles) end,
                'roles', case when b.roles <> (c.u).roles then to_jsonb((c.u).roles) end,
                'emailBefore', case when b.email <> (c.u).email then b.email end,
                'email', case when b.email <> (c.u).email then (c.u).email end))) as event
)
select exists (select from before) as "exists!", v.roles_exist as "roles_exist!",
    coalesce(
        (select hallpass.user_json(c.u) from changed c),
        -- Nothing had to be changed: see above.
        (select hallpass.user_json(b.whole) from before b where v.user_id is null and v.roles_exist)
    ) as "user?: Json<User>"
from viewer v
