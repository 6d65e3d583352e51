CREATE OR REPLACE VIEW api.summary AS
WITH school AS MATERIALIZED (
	SELECT * FROM api.school_state
), state AS (
	SELECT w.key AS state, (SELECT count(*) FROM school AS s WHERE s.state = w.key) AS schools
	  FROM api.word AS w
	 WHERE w.dictionary = 'school_state'
)
SELECT count(*) AS schools,
       (SELECT jsonb_object_agg(w.state, w.schools) FROM state AS w) AS states,
       count(*) FILTER (WHERE s.state = 'norm') AS in_norm,
       round(count(*) * (SELECT p.share_pct / 100 FROM reference.plan AS p WHERE p.from_day <= CURRENT_DATE ORDER BY p.from_day DESC LIMIT 1))::bigint AS plan,
       COALESCE(sum(s.agents), 0)::bigint AS agents,
       COALESCE(sum(s.agents_silent), 0)::bigint AS agents_silent,
       COALESCE(sum(s.alerts), 0)::bigint AS alerts_firing,
       COALESCE(sum(s.devices), 0)::bigint AS devices,
       COALESCE(sum(s.pcs), 0)::bigint AS pcs,
       (EXTRACT(epoch FROM now()) * 1000)::bigint AS at
  FROM school AS s;

COMMENT ON VIEW api.summary IS
	'All schools that one may see in one row: how many are in which state, how many meet the norm and how many should by now.';
