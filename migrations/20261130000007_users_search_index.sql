-- no-transaction
create index concurrently if not exists users_search_idx on hallpass.users using gin (search_words gin_trgm_ops);
