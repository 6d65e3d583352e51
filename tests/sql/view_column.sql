BEGIN;
SELECT plan(6);
SELECT results_eq($$ SELECT type, words, ru, en FROM api.view_column WHERE view = 'device_list' AND key = 'class' $$,
	$$ VALUES ('word', 'device_class', 'вид оборудования', 'class') $$, 'a column has its kind, dictionary and titles');
SELECT results_eq($$ SELECT words FROM api.view_column WHERE view = 'agent_list' AND key = 'state' $$, $$ VALUES ('agent_state') $$, 'a view may mean something of its own');
SELECT results_eq($$ SELECT key, type FROM api.view_column WHERE view = 'device_list' AND key IN ('macs', 'confidence', 'corrected', 'last_seen', 'device_id') ORDER BY 1 $$,
	$$ VALUES ('confidence', 'number'), ('corrected', 'boolean'), ('device_id', 'text'), ('last_seen', 'time'), ('macs', 'list') $$, 'kinds follow the types');
SELECT is_empty($$ SELECT view, key FROM api.view_column WHERE view LIKE '%\_list' AND (ru = key OR ru !~ '[А-Яа-яЁё]') $$, 'every column of a list has a Russian title');
SELECT is_empty($$ SELECT view, key FROM api.view_column AS c WHERE words IS NOT NULL
	AND view <> 'alert_list' AND NOT EXISTS (SELECT FROM api.word AS w WHERE w.dictionary = c.words) $$, 'every dictionary a column names is there');
SELECT is_empty($$ SELECT t.key FROM reference.column_title AS t WHERE position('.' IN t.key) > 0
	AND EXISTS (SELECT FROM api.view_column AS c WHERE c.view = split_part(t.key, '.', 1))
	AND NOT EXISTS (SELECT FROM api.view_column AS c WHERE c.view || '.' || c.key = t.key) $$, 'no title stands for a column that is not there');
SELECT * FROM finish();
ROLLBACK;
