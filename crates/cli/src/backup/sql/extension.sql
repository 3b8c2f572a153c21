-- State of the extension pg_trgm: 'installed', 'available' or 'missing'.
select case
    when exists (select from pg_extension where extname = 'pg_trgm') then 'installed'
    when exists (select from pg_available_extensions where name = 'pg_trgm') then 'available'
    else 'missing' end as "state!"
