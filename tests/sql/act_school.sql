BEGIN;
\ir lib/schools.psql
CREATE FUNCTION pg_temp.put(p_code text, p_name text DEFAULT NULL, p_municipality text DEFAULT NULL, p_settlement text DEFAULT NULL,
	p_zone text DEFAULT NULL, p_down text DEFAULT NULL, p_pupils text DEFAULT NULL) RETURNS text LANGUAGE sql AS
	$$ SELECT core.act_put_school(p_code, p_name, p_municipality, p_settlement, p_zone, NULL, p_down, NULL, p_pupils) $$;
SELECT set_config('app.account', pg_temp.account('anna', 'municipal')::text, true);
SELECT plan(18);
SET ROLE parta_web;
SELECT is(pg_temp.put('C', 'School C', 'Town', 'rural', 'Asia/Omsk', '100.5', '300'), 'new', 'a school is added');
SELECT is(pg_temp.put('C', 'School C', p_pupils => '300'), 'same', 'it is so already');
SELECT is(pg_temp.put('C', p_down => '50'), 'changed', 'a value changes');
RESET ROLE;
SELECT results_eq($$ SELECT name, municipality, settlement, time_zone, contract_down_mbps, pupils FROM core.school WHERE code = 'C' $$,
	$$ VALUES ('School C', 'Town', 'rural', 'Asia/Omsk', 50::numeric, 300) $$, 'the others stay');
SELECT results_eq($$ SELECT DISTINCT actor FROM audit.change WHERE table_name = 'core.school' AND school_id = pg_temp.school('C') $$, $$ VALUES ('anna') $$, 'the audit names the person');
SET ROLE parta_web;
SELECT is(pg_temp.put('bad code'), 'bad_code', 'a code that is none');
SELECT is(pg_temp.put('D', repeat('x', 300)), 'bad_name', 'a name that is too long');
SELECT is(pg_temp.put('D', p_settlement => 'moon'), 'bad_settlement', 'a settlement that is none');
SELECT is(pg_temp.put('D', p_zone => 'Mars/Base'), 'bad_time_zone', 'a time zone that is none');
SELECT is(pg_temp.put('D', p_down => 'fast'), 'bad_rate', 'a rate that is no number');
SELECT is(pg_temp.put('D', p_down => '0'), 'bad_rate', 'nor can be');
SELECT is(pg_temp.put('D', p_pupils => '-1'), 'bad_pupils', 'pupils that cannot be');
SELECT is_empty($$ SELECT FROM api.school WHERE school = 'D' $$, 'what was refused is not there');
RESET ROLE;
SELECT set_config('app.account', pg_temp.account('boris', 'municipal', NULL, 'Town')::text, true);
SET ROLE parta_web;
SELECT is(pg_temp.put('C', 'School C of Town'), 'changed', 'who is of a municipality changes its schools');
SELECT is(pg_temp.put('A', 'mine'), 'no_school', 'and no other');
SELECT is(pg_temp.put('E', 'School E'), 'new', 'what is added');
SELECT is(pg_temp.put('E', p_municipality => 'Elsewhere'), 'bad_municipality', 'stays there');
RESET ROLE;
SELECT results_eq($$ SELECT municipality FROM core.school WHERE code = 'E' $$, $$ VALUES ('Town') $$, 'is of that municipality');
SELECT * FROM finish();
ROLLBACK;
