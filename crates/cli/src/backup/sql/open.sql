-- Allows new sessions and one-time links. All earlier ones have ended.
update hallpass.settings
set sessions_valid_from = clock_timestamp(), links_valid_from = clock_timestamp()
returning sessions_valid_from
