CREATE OR REPLACE VIEW api.view_column AS
SELECT c.name AS "view",
       c.ordinal,
       c.key,
       c.sql_type,
       CASE WHEN c.category = 'A' THEN 'list'
            WHEN NULLIF(n.words, '') IS NOT NULL THEN 'word'
            WHEN c.category = 'N' THEN 'number'
            WHEN c.category = 'B' THEN 'boolean'
            WHEN c.sql_type = 'date' THEN 'date'
            WHEN c.category = 'D' THEN 'time'
            WHEN c.sql_type = 'jsonb' THEN 'json'
            ELSE 'text' END AS type,
       NULLIF(n.words, '') AS words,
       COALESCE(n.name_ru, c.key) AS ru,
       COALESCE(n.name_en, c.key) AS en
  FROM (SELECT v.relname::text COLLATE "default" AS name,
               a.attnum::integer AS ordinal,
               a.attname::text COLLATE "default" AS key,
               format_type(a.atttypid, NULL) AS sql_type,
               t.typcategory AS category
          FROM pg_class AS v
          JOIN pg_attribute AS a ON a.attrelid = v.oid AND a.attnum > 0 AND NOT a.attisdropped
          JOIN pg_type AS t ON t.oid = a.atttypid
         WHERE v.relnamespace = 'api'::regnamespace AND v.relkind = 'v') AS c
  LEFT JOIN LATERAL (
       SELECT o.words, o.name_ru, o.name_en
         FROM reference.column_title AS o
        WHERE o.key IN (c.key, c.name || '.' || c.key)
        ORDER BY length(o.key) DESC
        LIMIT 1) AS n ON true;

COMMENT ON VIEW api.view_column IS
	'Columns of the views of this schema, with their kind, their titles and the dictionary (api.word) of their values.';
