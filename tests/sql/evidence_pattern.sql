BEGIN;
SELECT plan(3);
SELECT is(core.evidence_pattern('NextPanel 75 P2', false), 'NextPanel [0-9]* P[0-9]*', 'numbers may be any');
SELECT is(core.evidence_pattern('NextPanel 75', true), 'NextPanel 75', 'or those that were said');
SELECT is(core.evidence_pattern('[TV] a*b?{c}|d\e', true), '\[TV\] a\*b\?\{c\}\|d\\e', 'what a pattern means otherwise is quoted');
SELECT * FROM finish();
ROLLBACK;
