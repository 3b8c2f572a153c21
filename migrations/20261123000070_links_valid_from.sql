-- After a backup has been restored, an account's counter is what it was then: links that were used or replaced
-- since would be good again, and later ones would become so. One moment ends them all.

alter table settings add column links_valid_from timestamptz not null default '-infinity';
comment on column settings.links_valid_from is 'One-time links made before this moment are worthless: set where a backup is restored.';
