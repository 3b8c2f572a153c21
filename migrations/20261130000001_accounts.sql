-- Accounts, the roles that they have, and the settings in one row.

-- If the extension is installed already, it stays in its schema. It is trusted since PostgreSQL 13, so the owner of the
-- database may create it.
create extension if not exists pg_trgm schema public;

create table hallpass.roles (
    name text constraint roles_pkey primary key,
    permissions text[] not null
);
comment on table hallpass.roles is 'Permissions of the roles. A user has the permissions of all roles on the user row.';

insert into hallpass.roles (name, permissions) values
    ('admin', '{users:read,users:write,sessions:revoke,audit:read,system:operate}'),
    ('manager', '{users:read,users:write,sessions:revoke}'),
    ('viewer', '{users:read}'),
    ('user', '{}');

-- Splits a text into words, with a space before and after each, at spaces and ASCII punctuation. A domain begins with its
-- @. The functions do the same with a search text, in Rust.
create function hallpass.search_words(p_text text) returns text
language sql immutable strict parallel safe
return ' ' || array_to_string(array(
    select distinct word collate "C"
    from unnest(string_to_array(
        translate(replace(p_text, '@', ' @'), E'!"#$%&\'()*+,-./:;<=>?[\\]^_`{|}~', repeat(' ', 31)), ' ')) as word
    where word not in ('', '@')
    order by word collate "C"), ' ') || ' ';

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
    is_temporary boolean not null default false,
    search_words text collate "C" not null generated always as (
        hallpass.search_words(coalesce(email_search, email_normalized) || ' ' || name_normalized)
    ) stored,
    constraint users_roles_not_empty check (cardinality(roles) > 0)
);
comment on column hallpass.users.email_normalized is 'Local part in NFKC and lower case, domain in A-labels (UTS 46). In the C collation, so that one unique index serves equality, prefix and order.';
comment on column hallpass.users.email_search is 'What a search compares, if it differs from email_normalized: letters without accents, the domain in Unicode.';
comment on column hallpass.users.name_normalized is 'What a search compares: folded case, no accents, each character of a script without spaces as a word.';
comment on column hallpass.users.credential_version is 'Increases when the password is set and when a one-time link is made. A one-time link is valid for one version.';
comment on column hallpass.users.password_set_by is 'The user who set the password for somebody else; null: the account''s owner or the operator. No foreign key: the password is no longer valid when that user has been erased.';
comment on column hallpass.users.link_made_by is 'The user who made the newest one-time link; null: the operator.';
comment on column hallpass.users.email_set_by is 'The user who set the address for somebody else; null: the account''s owner or the operator.';
comment on column hallpass.users.is_temporary is 'Whether the account is temporary: hallpass smoke created it for one run. Only such accounts are erased by the next run; no HTTP request sets it.';
comment on column hallpass.users.search_words is 'The words by which a search finds the user, with a space before and after each.';
comment on column hallpass.users.version is 'Increases with each change that an editor can see; the ETag of the user.';

create index users_newest_idx on hallpass.users (created_at desc, id desc);
create index users_inactive_idx on hallpass.users (created_at desc, id desc) where not is_active;
create index users_temporary_idx on hallpass.users (created_at) where is_temporary;
create index users_roles_idx on hallpass.users using gin (roles);

-- The words of users, by which a search finds them: see search_words. Kept by a trigger.
create table hallpass.user_words (
    word text collate "C" not null,
    created_at timestamptz not null,
    user_id uuid not null,
    constraint user_words_pkey primary key (word, created_at, user_id)
);
comment on table hallpass.user_words is 'Words of names and addresses. Not a foreign key: the trigger deletes the rows of a deleted user.';
comment on column hallpass.user_words.created_at is 'When the user was created: rows of a word are in the order of the list.';

create function hallpass.keep_words() returns trigger
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op <> 'INSERT' then
        delete from hallpass.user_words w
        using unnest(string_to_array(trim(old.search_words), ' ')) as old_word
        where w.word = old_word collate "C" and w.created_at = old.created_at and w.user_id = old.id;
    end if;
    if tg_op <> 'DELETE' then
        insert into hallpass.user_words (word, created_at, user_id)
        select new_word, new.created_at, new.id from unnest(string_to_array(trim(new.search_words), ' ')) as new_word;
    end if;
    return null;
end
$$;

create trigger users_keep_words
    after insert or delete on hallpass.users
    for each row
    execute function hallpass.keep_words();

create trigger users_change_words
    after update on hallpass.users
    for each row
    when (
        old.search_words is distinct from new.search_words
        or old.created_at is distinct from new.created_at
        or old.id is distinct from new.id
    )
    execute function hallpass.keep_words();

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
comment on column hallpass.settings.sessions_valid_from is 'Sessions opened before this time are revoked. It ends all sessions by changing one row.';
comment on column hallpass.settings.links_valid_from is 'One-time links made before this time are revoked, by the operator or when a backup is restored.';
comment on column hallpass.settings.environment is 'The environment (VERCEL_ENV) that this database belongs to; null: none yet.';
comment on column hallpass.settings.database_identities is 'Identities of the addresses at which that environment reaches the database. They leave out what differs between pooled and direct addresses. At another address, the database is a copy.';
comment on column hallpass.settings.login_roles is 'Login roles of the master secrets in use. The next migration drops those of other secrets.';
comment on column hallpass.settings.entered_at is 'Time of the first sign-in. From then on, no deployment prints a link for the first administrator.';
insert into hallpass.settings default values;

create function hallpass.permissions_of(held_roles text[]) returns text[]
language sql stable parallel safe
return (
    select coalesce(array_agg(distinct permission), '{}')
    from hallpass.roles, unnest(permissions) as permission
    where name = any (held_roles)
);

-- Whether a user may still act on an account with these roles: the user is active, may administer users, and has all
-- permissions that the account has now. Checked whenever a credential is used that one user made for another (ASVS
-- 8.2.2, 8.3.2), so that nobody gains more by it than their own permissions at that time.
create function hallpass.is_vouched_for(p_maker uuid, p_roles text[]) returns boolean
language sql stable parallel safe
return exists (
    select from hallpass.users maker
    where maker.id = p_maker
        and maker.is_active
        and (hallpass.permissions_of(p_roles) || '{users:write}'::text[]) <@ hallpass.permissions_of(maker.roles)
);

-- Whether a one-time link with this credential version, made at this time, may set the account's password.
create function hallpass.is_good_link(u hallpass.users, p_credential_version integer, p_made_at timestamptz)
returns boolean
language sql volatile
return u.is_active
    and u.credential_version = p_credential_version
    and p_made_at > clock_timestamp() - interval '72 hours'
    and p_made_at >= (select links_valid_from from hallpass.settings)
    and (u.link_made_by is null or hallpass.is_vouched_for(u.link_made_by, u.roles));

-- Deactivating an account revokes its links, also for the time after it is reactivated.
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
comment on function hallpass.user_json is 'The user as the HTTP API shows it. Fields may be added, but never removed.';

-- A subquery in the statement would count in its snapshot, so that two administrators could demote each other at the
-- same time. The row lock makes them take turns, and the count after it sees the other's change.
create function hallpass.keep_an_administrator() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    perform 1 from hallpass.settings for no key update;
    if not exists (
        select from hallpass.users u
        -- An administrator who can sign in, unless the one who is removed could not sign in either.
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

-- What an application that shares the database may read. Columns may be added, but never removed or renamed.
create view hallpass.public_users as
select id, email, name, is_active, created_at, updated_at from hallpass.users;
comment on view hallpass.public_users is 'Version 1. The users as other applications in this database may read them; foreign keys reference hallpass.users (id).';
