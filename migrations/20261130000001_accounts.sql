-- Accounts, the roles they hold, and the one row of settings.

-- An extension that is installed already stays in its schema. Trusted since PostgreSQL 13: the owner of the
-- database may create it.
create extension if not exists pg_trgm schema public;

create table hallpass.roles (
    name text constraint roles_pkey primary key,
    permissions text[] not null
);
comment on table hallpass.roles is 'What a role may do. A user holds the union of the permissions of the roles on the user row.';

insert into hallpass.roles (name, permissions) values
    ('admin', '{users:read,users:write,sessions:revoke,audit:read,system:operate}'),
    ('manager', '{users:read,users:write,sessions:revoke}'),
    ('viewer', '{users:read}'),
    ('user', '{}');

create table hallpass.users (
    id uuid constraint users_pkey primary key,
    email text not null,
    email_normalized text collate "C" not null constraint users_email_normalized_key unique,
    email_search text collate "C",
    name text not null,
    name_normalized text collate "C" not null,
    roles text[] not null default '{user}',
    password_hash text,
    credential_version integer not null default 0,
    is_active boolean not null default true,
    email_verified_at timestamptz,
    last_login_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    constraint users_roles_not_empty check (cardinality(roles) > 0)
);
comment on column hallpass.users.email_normalized is 'Local part in NFKC and lower case, domain in A-labels (UTS 46). In the C collation, so that one unique index serves equality, prefix and order.';
comment on column hallpass.users.email_search is 'What a search compares, where that is not email_normalized: letters without accents, the domain in Unicode.';
comment on column hallpass.users.name_normalized is 'What a search compares: folded case, no accents, each character of a script without spaces as a word.';
comment on column hallpass.users.credential_version is 'Counts passwords set and links made: a one-time link names the number it is good for.';
comment on column hallpass.users.version is 'Counts what an editor can see change; the ETag of the user.';

create index users_newest_idx on hallpass.users (created_at desc, id desc);
create index users_inactive_idx on hallpass.users (created_at desc, id desc) where not is_active;
create index users_roles_idx on hallpass.users using gin (roles);

create table hallpass.settings (
    id boolean constraint settings_pkey primary key default true,
    sessions_valid_from timestamptz not null default '-infinity',
    links_valid_from timestamptz not null default '-infinity',
    environment text,
    database_identities text[] not null default '{}',
    login_roles text[] not null default '{}',
    constraint settings_one_row check (id)
);
comment on column hallpass.settings.sessions_valid_from is 'Sessions opened before this moment are over: the force-logout of everyone in one row.';
comment on column hallpass.settings.links_valid_from is 'One-time links made before this moment are void; set when a backup is restored.';
comment on column hallpass.settings.environment is 'The environment (VERCEL_ENV) that this database belongs to. Null: nobody''s yet.';
comment on column hallpass.settings.database_identities is 'The addresses by which that environment reaches it, without what differs between pooled and direct ones. Another address: a copy.';
comment on column hallpass.settings.login_roles is 'Login roles made for the master secrets in use; the next migration drops those that are not.';
insert into hallpass.settings default values;

create function hallpass.permissions_of(held_roles text[]) returns text[]
language sql stable parallel safe as $$
    select coalesce(array_agg(distinct permission), '{}')
    from hallpass.roles, unnest(permissions) as permission
    where name = any (held_roles)
$$;

create function hallpass.user_json(u hallpass.users) returns jsonb
language sql stable parallel safe
return jsonb_build_object(
    'id', u.id, 'email', u.email, 'name', u.name, 'roles', to_jsonb(u.roles),
    'isActive', u.is_active, 'emailVerifiedAt', u.email_verified_at,
    'lastLoginAt', u.last_login_at, 'createdAt', u.created_at,
    'updatedAt', u.updated_at, 'version', u.version);
comment on function hallpass.user_json is 'The user as the HTTP contract shows it; fields may be added, never taken away.';

-- A plain subquery would count on the statement's snapshot, so that two administrators could demote
-- each other at once. The row lock makes them take turns; the count after it sees the other's change.
create function hallpass.keep_an_administrator() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    perform 1 from hallpass.settings for no key update;
    if not exists (select from hallpass.users where is_active and roles @> '{admin}') then
        raise exception 'the last active administrator must stay'
            using errcode = 'HP409', constraint = 'users_last_administrator';
    end if;
    return null;
end
$$;

create trigger users_keep_an_administrator
    after update of roles, is_active on hallpass.users
    for each row
    when (old.is_active and old.roles @> '{admin}' and not (new.is_active and new.roles @> '{admin}'))
    execute function hallpass.keep_an_administrator();

-- What an application that shares the database may read. Columns are added, never removed or renamed.
create view hallpass.public_users as
select id, email, name, is_active, created_at, updated_at from hallpass.users;
comment on view hallpass.public_users is 'Version 1. The users as other applications in this database may read them; foreign keys reference hallpass.users (id).';
