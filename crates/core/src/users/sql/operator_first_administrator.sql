-- $1 new id, $2 e-mail, $3 normalized, $4 name, $5 normalized, $6 client, $7 e-mail for the search or null.
with created as (
    insert into hallpass.users (id, email, email_normalized, email_search, name, name_normalized, roles)
    select $1, $2, $3, $7, $4, $5, '{admin}'
    where not exists (select from hallpass.users)
    on conflict on constraint users_email_normalized_key do nothing
    returning users as u
),
renewed as (
    update hallpass.users u
    set credential_version = u.credential_version + 1, link_made_by = null
    where u.id = (
            select a.id from hallpass.users a
            where a.roles @> '{admin}' and a.is_active
            order by a.created_at, a.id
            limit 1
        )
        -- Only as long as nobody has signed in and nobody has a password: a reader of the build log gets an empty
        -- system.
        and exists (select from hallpass.settings s where s.entered_at is null)
        and not exists (select from hallpass.users a where a.password_hash is not null or a.last_login_at is not null)
    returning u
),
waiting as (
    select u, 'user_created' as event, jsonb_build_object('roles', to_jsonb('{admin}'::text[])) as details
    from created
    union all
    select u, 'setup_link_made', '{}'
    from renewed
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from waiting w, lateral hallpass.audit_event(w.event, 'info', null, (w.u).id, null, $6, w.details) as event
)
select hallpass.user_json(w.u) as "user!: Json<User>", (w.u).credential_version as "credential_version!", clock_timestamp() as "made_at!"
from waiting w
