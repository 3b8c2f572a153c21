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
    password_set_by uuid,
    link_made_by uuid,
    email_set_by uuid,
    credential_version integer not null default 0,
    is_active boolean not null default true,
    email_verified_at timestamptz,
    last_login_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    is_throwaway boolean not null default false,
    constraint users_roles_not_empty check (cardinality(roles) > 0)
);
comment on column hallpass.users.email_normalized is 'Local part in NFKC and lower case, domain in A-labels (UTS 46). In the C collation, so that one unique index serves equality, prefix and order.';
comment on column hallpass.users.email_search is 'What a search compares, where that is not email_normalized: letters without accents, the domain in Unicode.';
comment on column hallpass.users.name_normalized is 'What a search compares: folded case, no accents, each character of a script without spaces as a word.';
comment on column hallpass.users.credential_version is 'Counts passwords set and links made: a one-time link names the number it is good for.';
comment on column hallpass.users.password_set_by is 'Who chose the password for somebody else; null: its owner or the operator. Without a foreign key: an erased user vouches for nothing.';
comment on column hallpass.users.link_made_by is 'Who made the newest one-time link; null: the operator.';
comment on column hallpass.users.email_set_by is 'Who set the address for somebody else; null: its owner or the operator.';
comment on column hallpass.users.is_throwaway is 'Made by hallpass smoke for one run. Only such accounts are erased by the next run; no request over HTTP sets it.';
comment on column hallpass.users.version is 'Counts what an editor can see change; the ETag of the user.';

create index users_newest_idx on hallpass.users (created_at desc, id desc);
create index users_inactive_idx on hallpass.users (created_at desc, id desc) where not is_active;
create index users_throwaway_idx on hallpass.users (created_at) where is_throwaway;
create index users_roles_idx on hallpass.users using gin (roles);

create table hallpass.settings (
    id boolean constraint settings_pkey primary key default true,
    sessions_valid_from timestamptz not null default '-infinity',
    links_valid_from timestamptz not null default '-infinity',
    environment text,
    database_identities text[] not null default '{}',
    login_roles text[] not null default '{}',
    entered_at timestamptz,
    constraint settings_one_row check (id)
);
comment on column hallpass.settings.sessions_valid_from is 'Sessions opened before this moment are over: the force-logout of everyone in one row.';
comment on column hallpass.settings.links_valid_from is 'One-time links made before this moment are void; set when a backup is restored.';
comment on column hallpass.settings.environment is 'The environment (VERCEL_ENV) that this database belongs to. Null: nobody''s yet.';
comment on column hallpass.settings.database_identities is 'The addresses by which that environment reaches it, without what differs between pooled and direct ones. Another address: a copy.';
comment on column hallpass.settings.login_roles is 'Login roles made for the master secrets in use; the next migration drops those that are not.';
comment on column hallpass.settings.entered_at is 'When somebody signed in for the first time. From then on, no deployment prints a link for the first administrator.';
insert into hallpass.settings default values;

create function hallpass.permissions_of(held_roles text[]) returns text[]
language sql stable parallel safe
return (
    select coalesce(array_agg(distinct permission), '{}')
    from hallpass.roles, unnest(permissions) as permission
    where name = any (held_roles)
);

-- Whether somebody may still act on an account with these roles: is active, may administer users, and holds every
-- permission that the account holds now. Judged whenever a credential that somebody made for somebody else is used
-- (ASVS 8.2.2, 8.3.2): nobody gets more by it than they hold at that moment.
create function hallpass.is_vouched_for(p_maker uuid, p_roles text[]) returns boolean
language sql stable parallel safe
return exists (
    select from hallpass.users maker
    where maker.id = p_maker
        and maker.is_active
        and (hallpass.permissions_of(p_roles) || '{users:write}'::text[]) <@ hallpass.permissions_of(maker.roles)
);

-- Whether a one-time link of this credential version, made at this time, sets the account's password.
create function hallpass.is_good_link(u hallpass.users, p_credential_version integer, p_made_at timestamptz)
returns boolean
language sql volatile
return u.is_active
    and u.credential_version = p_credential_version
    and p_made_at > clock_timestamp() - interval '72 hours'
    and p_made_at >= (select links_valid_from from hallpass.settings)
    and (u.link_made_by is null or hallpass.is_vouched_for(u.link_made_by, u.roles));

-- A deactivated account's links are void, also after it is activated again.
create function hallpass.end_links() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    new.credential_version := old.credential_version + 1;
    return new;
end
$$;

create trigger users_end_links
    before update of is_active on hallpass.users
    for each row
    when (old.is_active and not new.is_active)
    execute function hallpass.end_links();

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
    if not exists (
        select from hallpass.users u
        -- Somebody who can sign in, unless the one who goes could not either.
        where u.is_active and u.roles @> '{admin}' and (u.password_hash is not null or old.password_hash is null)
    ) then
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

create trigger users_keep_an_administrator_on_delete
    after delete on hallpass.users
    for each row
    when (old.is_active and old.roles @> '{admin}')
    execute function hallpass.keep_an_administrator();

-- What an application that shares the database may read. Columns are added, never removed or renamed.
create view hallpass.public_users as
select id, email, name, is_active, created_at, updated_at from hallpass.users;
comment on view hallpass.public_users is 'Version 1. The users as other applications in this database may read them; foreign keys reference hallpass.users (id).';
