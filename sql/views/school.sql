CREATE OR REPLACE VIEW api.school AS
SELECT s.code AS school,
       s.name,
       s.municipality,
       s.settlement,
       s.time_zone,
       s.provider,
       s.contract_down_mbps,
       s.contract_up_mbps,
       s.pupils,
       s.added_at,
       s.closed_at,
       (SELECT count(*) FROM core.agent AS a WHERE a.school_id = s.school_id AND a.revoked_at IS NULL) AS agents,
       (SELECT max(t.last_heard_at) FROM core.agent_state AS t WHERE t.school_id = s.school_id) AS last_heard_at,
       s.vantage,
       s.address,
       s.contract_number,
       s.contract_day,
       s.contract_month_rub
  FROM core.school AS s;

COMMENT ON VIEW api.school IS
	'Every school with its norm''s kind of place, its contract and when one of its agents was heard last. Where vantage is control its agents stand outside the schools'' filters: no report counts it among schools.';
