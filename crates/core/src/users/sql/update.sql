-- $1 session, $2 user, $3 generation, $4 which user, $5 expected versions (null: any), $6 e-mail, $7 normalised,
-- $8 name, $9 normalised, $10 roles, $11 active (null: as it is), $12 client, $13 time of issue,
-- $14 the new e-mail for the search or null.
with viewer as materialized (
    select v.*, $10::text[] is null
        or (select count(*) from hallpass.roles where name = any ($10)) = cardinality($10) as roles_exist
    from hallpass.authorize_access($1, $2, $3, $13, 'users:write') v
),
before as materialized (
    select u.id, u.roles, u.is_active, u.email, u.email_normalized from hallpass.users u where u.id = $4
),
changed as (
    update hallpass.users u
    set email = coalesce($6, u.email),
        email_normalized = coalesce($7, u.email_normalized),
        email_search = case when $7::text is null then u.email_search else $14 end,
        email_set_by = case
            when $7 = u.email_normalized then u.email_set_by
            when $7 is not null and v.user_id <> u.id then v.user_id
            when $7 is null then u.email_set_by
        end,
        email_verified_at = case when $7 <> u.email_normalized then null else u.email_verified_at end,
        name = coalesce($8, u.name),
        name_normalized = coalesce($9, u.name_normalized),
        roles = coalesce($10, u.roles),
        is_active = coalesce($11, u.is_active),
        updated_at = clock_timestamp(),
        version = u.version + 1
    from viewer v
    where u.id = $4
        and ($5::integer[] is null or u.version = any ($5))
        and v.roles_exist
        and hallpass.require_permissions(v.permissions, hallpass.permissions_of(u.roles))
        and hallpass.require_permissions(v.permissions, hallpass.permissions_of(coalesce($10, u.roles)))
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
            'info', v.user_id, $4, $1, $12,
            jsonb_strip_nulls(jsonb_build_object(
                'version', (c.u).version,
                'rolesBefore', case when b.roles <> (c.u).roles then to_jsonb(b.roles) end,
                'roles', case when b.roles <> (c.u).roles then to_jsonb((c.u).roles) end,
                'emailBefore', case when b.email <> (c.u).email then b.email end,
                'email', case when b.email <> (c.u).email then (c.u).email end))) as event
)
select exists (select from before) as "exists!", v.roles_exist as "roles_exist!",
    (select hallpass.user_json(c.u) from changed c) as "user?: Json<User>"
from viewer v
