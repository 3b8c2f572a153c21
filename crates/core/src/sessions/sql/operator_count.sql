-- $1 id or null, $2 normalised e-mail or null; both null: everybody.
select exists (select from users u where u.id = $1 or u.email_normalized = $2) as "user_exists!",
    (
        select count(*)
        from sessions s
        join users u on u.id = s.user_id and u.is_active
        where s.revoked_at is null and session_is_live(s)
            and ($1::uuid is null and $2::text is null or u.id = $1 or u.email_normalized = $2)
    ) as "live!"
