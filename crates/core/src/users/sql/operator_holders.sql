-- $1 maximum number. Most users have only roles without permissions, which the index of roles skips.
select jsonb_build_object(
        'id', u.id, 'email', u.email, 'roles', to_jsonb(u.roles), 'permissions', to_jsonb(p.held),
        'isActive', u.is_active, 'hasPassword', u.password_hash is not null,
        'lastLoginAt', u.last_login_at, 'createdAt', u.created_at
    ) as "holder!: Json<Holder>"
from hallpass.users u
cross join lateral (
    select array(select permission from unnest(hallpass.permissions_of(u.roles)) as permission order by 1) as held
) as p
where u.roles && array(select name from hallpass.roles where permissions <> '{}')
order by u.is_active desc, cardinality(p.held) desc, u.email_normalized
limit $1
