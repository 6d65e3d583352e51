CREATE OR REPLACE VIEW api.contract AS
SELECT s.code AS school,
       NULLIF(c.valid_from, '-infinity') AS valid_from,
       NULLIF(u.valid_to, 'infinity') AS valid_to,
       c.provider,
       c.number AS contract_number,
       c.signed_on AS contract_day,
       c.down_mbps AS contract_down_mbps,
       c.up_mbps AS contract_up_mbps,
       c.month_rub AS contract_month_rub,
       c.access,
       (now() AT TIME ZONE s.time_zone)::date BETWEEN c.valid_from AND u.valid_to AS in_force,
       daterange(c.valid_from, u.valid_to, '[]') AS days
  FROM core.contract AS c
  JOIN core.school AS s USING (school_id)
 CROSS JOIN LATERAL (
       SELECT least(COALESCE(c.valid_to, 'infinity'),
                    COALESCE((SELECT min(n.valid_from) - 1 FROM core.contract AS n WHERE n.school_id = c.school_id AND n.valid_from > c.valid_from), 'infinity')) AS valid_to) AS u;

COMMENT ON VIEW api.contract IS
	'Contracts of schools with their providers, those that ended too: from which day (empty: since ever) to which (empty: no end is known) each is in force.';
