-- Version and clock of the server, and the size of the database.
select split_part(current_setting('server_version'), ' ', 1) as "version!",
    current_setting('server_version_num')::integer as "version_number!",
    pg_database_size(current_database()) as "database_bytes!",
    clock_timestamp() as "now!"
