-- $1 id or null, $2 normalized e-mail or null; both null: all users.
select exists (select from hallpass.users u where u.id = $1 or u.email_normalized = $2) as "user_exists!",
    (
        select count(*)
        from hallpass.sessions s
        join hallpass.users u on u.id = s.user_id and u.is_active
        where s.revoked_at is null and hallpass.session_is_live(s)
            and ($1::uuid is null and $2::text is null or u.id = $1 or u.email_normalized = $2)
    ) as "live!"
