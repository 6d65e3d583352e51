BEGIN;
\ir lib/schools.psql
SELECT plan(13);
SELECT lives_ok($$ SELECT core.put_receiver('boss', 'email', 'boss@example.org', NULL, NULL, NULL, NULL, NULL, NULL, NULL) $$, 'somebody is told');
SELECT results_eq('SELECT severity, language, is_quiet FROM core.receiver', $$ VALUES ('warning', 'ru', false) $$, 'of warnings, in Russian, always, unless he says otherwise');
SELECT throws_ok($$ SELECT core.put_receiver('x', 'email', E'a@b.c\r\nRCPT TO:<e@f.g>', NULL, NULL, NULL, NULL, NULL, NULL, NULL) $$, '23514', NULL, 'an address is one address');
SELECT throws_ok($$ SELECT core.put_receiver('x', 'email', 'a@b.c>', NULL, NULL, NULL, NULL, NULL, NULL, NULL) $$, '23514', NULL, 'and no more than that');
SELECT throws_ok($$ SELECT core.put_receiver('x', 'webhook', 'file:///etc/passwd', NULL, NULL, NULL, NULL, NULL, NULL, NULL) $$, '23514', NULL, 'a webhook is HTTP');
SELECT throws_ok($$ SELECT core.put_receiver('x', 'pigeon', 'a', NULL, NULL, NULL, NULL, NULL, NULL, NULL) $$, '23514', NULL, 'there are three ways');
SELECT throws_ok($$ SELECT core.put_receiver('x', 'email', 'a@b.c', NULL, ARRAY['A', 'Z'], NULL, NULL, NULL, NULL, NULL) $$, 'P0001', 'school ''Z'' is not known', 'schools are known');
SELECT throws_ok($$ SELECT core.put_receiver('x', 'email', 'a@b.c', NULL, NULL, NULL, ARRAY['weather'], NULL, NULL, NULL) $$, 'P0001', 'there are no alerts of kind ''weather''', 'kinds too');
SELECT isnt(core.test_receiver('boss'), NULL, 'a test is written');
SELECT is(core.test_receiver('nobody'), NULL, 'not for nobody');
SELECT lives_ok($$ SELECT core.put_receiver('boss', 'email', 'new@example.org', NULL, NULL, NULL, NULL, NULL, NULL, NULL) $$, 'a name is given anew');
SELECT results_eq('SELECT o.state FROM core.outbox AS o', $$ VALUES ('dead') $$, 'what waited for the one before is not for the new one');
SELECT ok(core.drop_receiver('boss') AND NOT core.drop_receiver('boss'), 'he is removed once');
SELECT * FROM finish();
ROLLBACK;
