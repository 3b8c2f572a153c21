-- $1 id or null, $2 normalized e-mail or null, $3 client. The foreign key deletes the user's sessions.
with erased as (
    delete from hallpass.users u
    where (u.id = $1 or u.email_normalized = $2)
        -- The column decides, not the address, because a user who administers users can change addresses.
        and u.is_temporary
    returning u.id, u.email
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from erased e, lateral hallpass.audit_event('user_erased', 'warning', null, e.id, null, $3,
        jsonb_build_object('email', e.email)) as event
)
select id from erased
