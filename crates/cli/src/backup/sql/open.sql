-- Allows new sessions and one-time links. A one-time link contains its creation time in whole seconds.
update hallpass.settings
set sessions_valid_from = clock_timestamp(), links_valid_from = date_trunc('second', clock_timestamp())
returning sessions_valid_from
