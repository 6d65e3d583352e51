CREATE OR REPLACE VIEW api.word AS
SELECT 'device_class' AS dictionary, d.class AS key, d.name_ru AS ru, d.name_en AS en FROM reference.device_class AS d
 UNION ALL SELECT 'settlement', s.settlement, s.name_ru, s.name_en FROM reference.settlement AS s
 UNION ALL SELECT 'direction', d.direction, d.name_ru, d.name_en FROM reference.direction AS d
 UNION ALL SELECT 'outage_class', o.outage_class, o.name_ru, o.name_en FROM reference.outage_class AS o
 UNION ALL SELECT 'connectivity_state', c.state, c.name_ru, c.name_en FROM reference.connectivity_state AS c
 UNION ALL SELECT 'speed_verdict', v.verdict, v.name_ru, v.name_en FROM reference.speed_verdict AS v
 UNION ALL SELECT 'filter_expect', e.expect, e.name_ru, e.name_en FROM reference.filter_expect AS e
 UNION ALL SELECT 'filter_verdict', v.verdict, v.name_ru, v.name_en FROM reference.filter_verdict AS v
 UNION ALL SELECT 'filter_outcome', o.outcome, o.name_ru, o.name_en FROM reference.filter_outcome AS o
 UNION ALL SELECT 'school_state', s.state, s.name_ru, s.name_en FROM reference.school_state AS s
 UNION ALL SELECT 'alert_kind', k.kind, k.name_ru, k.name_en FROM reference.alert_kind AS k
 UNION ALL SELECT w.dictionary, w.key, w.name_ru, w.name_en FROM reference.word AS w;

COMMENT ON VIEW api.word IS
	'What keys are called in Russian and English, by dictionary.';
