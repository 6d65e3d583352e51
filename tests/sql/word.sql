BEGIN;
SELECT plan(4);
SELECT results_eq($$ SELECT ru, en FROM api.word WHERE dictionary = 'device_class' AND key = 'switch' $$, $$ VALUES ('коммутатор', 'switch') $$, 'classes have their words');
SELECT is_empty($$ SELECT dictionary, key FROM api.word GROUP BY 1, 2 HAVING count(*) > 1 $$, 'a key stands once in its dictionary');
SELECT is_empty($$ SELECT dictionary, key FROM api.word WHERE ru = '' OR en = '' $$, 'no word is empty');
SELECT cmp_ok((SELECT count(DISTINCT dictionary) FROM api.word), '>=', 12::bigint, 'every dictionary is there');
SELECT * FROM finish();
ROLLBACK;
