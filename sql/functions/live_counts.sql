-- Numbers that differ from those of a second ago when something a list shows has changed. Reports commit in another
-- order than they are numbered, so what is counted begins some seconds back; next is the count from where it will begin
-- then. Asked only while somebody looks; taking reports in costs nothing more for it.
CREATE OR REPLACE FUNCTION core.live_counts(
	p_report bigint, p_next_report bigint, p_change bigint, p_next_change bigint)
RETURNS TABLE (list text, n bigint, n_next bigint)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	WITH report AS (
		SELECT r.kind AS what, count(*) AS n, count(*) FILTER (WHERE r.report_id > p_next_report) AS n_next
		  FROM core.report AS r WHERE r.report_id > p_report GROUP BY r.kind
	), change AS (
		SELECT c.table_name AS what, count(*) AS n, count(*) FILTER (WHERE c.change_id > p_next_change) AS n_next
		  FROM audit.change AS c WHERE c.change_id > p_change GROUP BY c.table_name
	), counted AS (
		SELECT * FROM report UNION ALL SELECT * FROM change
		 UNION ALL
		SELECT 'silence', count(*), count(*) FROM core.agent_state AS t WHERE t.last_heard_at < now() - interval '75 seconds'
		 UNION ALL
		-- Summed up some seconds after the reports; a row written anew has another xmin.
		SELECT 'figures', sum(f.xmin::text::bigint), sum(f.xmin::text::bigint) FROM core.school_figures AS f
		 UNION ALL
		SELECT 'alert', max(e.event_id), max(e.event_id) FROM core.alert_event AS e
		 UNION ALL
		SELECT 'quiet', count(*), count(*) FROM core.silence AS q WHERE q.ended_at IS NULL
	)
	SELECT m.list, sum(c.n)::bigint, sum(c.n_next)::bigint
	  FROM counted AS c
	  JOIN (VALUES ('inventory', 'devices'), ('connectivity', 'outages'), ('speed', 'speed'), ('filter', 'filter_observations'),
	               ('figures', 'schools'), ('figures', 'equipment'), ('figures', 'filter'), ('figures', 'line_months'), ('figures', 'norm_years'), ('figures', 'unheard'),
	               ('health', 'agents'), ('gap', 'agents'), ('silence', 'agents'), ('silence', 'schools'),
	               ('core.school', 'schools'), ('core.exam', 'exams'), ('core.agent', 'agents'), ('core.device_correction', 'devices'),
	               ('core.device_correction', 'equipment'), ('core.device_merge', 'devices'),
	               ('core.account', 'users'), ('alert', 'alerts'), ('alert', 'schools'), ('quiet', 'silences')) AS m(what, list) USING (what)
	 GROUP BY m.list
$$;

COMMENT ON FUNCTION core.live_counts(bigint, bigint, bigint, bigint) IS
	'Counts per list of what came since two report numbers and two change numbers: a list whose count differs from the one before shows something new.';

CREATE OR REPLACE FUNCTION core.live_marks(OUT report bigint, OUT change bigint)
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT COALESCE((SELECT max(r.report_id) FROM core.report AS r), 0), COALESCE((SELECT max(c.change_id) FROM audit.change AS c), 0)
$$;

COMMENT ON FUNCTION core.live_marks() IS 'The newest report and the newest change.';
