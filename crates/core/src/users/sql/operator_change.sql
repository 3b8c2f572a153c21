-- $1 id or null, $2 normalised e-mail or null, $3 roles, $4 active (null: as it is), $5 client.
-- The row is locked before it is read: whoever waited for another editor records what was there then.
with before as materialized (
    select u.id, u.roles, u.is_active, u as whole,
        $3::text[] is null
            or (select count(*) from hallpass.roles where name = any ($3)) = cardinality($3) as roles_exist
    from hallpass.users u
    where u.id = $1 or u.email_normalized = $2
    for update
),
changed as (
    update hallpass.users u
    set roles = coalesce($3, u.roles),
        is_active = coalesce($4, u.is_active),
        updated_at = clock_timestamp(),
        version = u.version + 1
    from before b
    where u.id = b.id
        and b.roles_exist
        and (u.roles <> coalesce($3, u.roles) or u.is_active <> coalesce($4, u.is_active))
    returning u
),
ended as materialized (
    select hallpass.end_sessions((c.u).id, null, null, 'user_deactivated') from changed c where not (c.u).is_active
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from before b, changed c left join ended on true,
        lateral hallpass.audit_event(
            case
                when b.is_active and not (c.u).is_active then 'user_deactivated'
                when not b.is_active and (c.u).is_active then 'user_reactivated'
                else 'user_roles_changed'
            end,
            'info', null, b.id, null, $5,
            jsonb_strip_nulls(jsonb_build_object(
                'version', (c.u).version,
                'rolesBefore', case when b.roles <> (c.u).roles then to_jsonb(b.roles) end,
                'roles', case when b.roles <> (c.u).roles then to_jsonb((c.u).roles) end))) as event
)
select b.roles_exist as "roles_exist!",
    coalesce((select hallpass.user_json(c.u) from changed c), hallpass.user_json(b.whole)) as "user!: Json<User>"
from before b
