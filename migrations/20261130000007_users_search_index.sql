-- no-transaction
create index concurrently if not exists users_search_idx on hallpass.users
    using gin ((' ' || coalesce(email_search, email_normalized) || E' \n ' || name_normalized || ' ') gin_trgm_ops);
