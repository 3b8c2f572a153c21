-- Indexes of the schema hallpass. Two indexes are duplicates if they have the same table, access method, columns or
-- expressions, sort order, operator classes, collations and predicate.
with defined as (
    select i.indexrelid, c.relname::text as name, t.relname::text as on_table, i.indisvalid as is_valid,
        i.indisunique as is_unique,
        exists (select from pg_constraint k where k.conindid = i.indexrelid) as holds_constraint,
        pg_relation_size(i.indexrelid) as bytes, coalesce(s.idx_scan, 0) as scans,
        concat_ws('|', i.indrelid, c.relam, i.indkey::text, i.indclass::text, i.indcollation::text,
            i.indoption::text, coalesce(pg_get_expr(i.indexprs, i.indrelid), ''),
            coalesce(pg_get_expr(i.indpred, i.indrelid), '')) as shape
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_class t on t.oid = i.indrelid
    left join pg_stat_user_indexes s on s.indexrelid = i.indexrelid
    where t.relnamespace = 'hallpass'::regnamespace
)
select d.name as "name!", d.on_table as "on_table!", d.is_valid as "is_valid!", d.is_unique as "is_unique!",
    d.bytes as "bytes!", d.scans as "scans!",
    not d.is_unique and not d.holds_constraint and d.scans = 0 as "is_unused!",
    (
        select min(o.name) from defined o
        where o.shape = d.shape and o.indexrelid <> d.indexrelid
            and (o.is_unique or not d.is_unique)
            and (o.is_unique <> d.is_unique or o.indexrelid < d.indexrelid)
    ) as "duplicate_of?"
from defined d
order by d.bytes desc, d.name
