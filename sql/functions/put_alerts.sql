CREATE OR REPLACE FUNCTION core.severity_rank(p_severity text)
RETURNS integer
LANGUAGE sql
IMMUTABLE
AS $$
	SELECT array_position(ARRAY['info', 'warning', 'critical'], p_severity)
$$;

COMMENT ON FUNCTION core.severity_rank(text) IS 'Severities in their order, from 1.';

CREATE OR REPLACE FUNCTION core.receiver_wants(r core.receiver, a core.alert)
RETURNS boolean
LANGUAGE plpgsql
STABLE
AS $$
BEGIN
	RETURN r.removed_at IS NULL
	   AND (r.kinds IS NULL OR a.kind = ANY (r.kinds))
	   AND core.severity_rank(a.severity) >= core.severity_rank(r.severity)
	   AND (NOT r.is_quiet OR a.told_lesson)
	   AND ((r.schools IS NULL AND r.municipality IS NULL) OR EXISTS (
	       SELECT FROM core.school AS s
	        WHERE s.school_id = a.school_id AND (r.schools IS NULL OR s.code = ANY (r.schools))
	          AND (r.municipality IS NULL OR s.municipality = r.municipality)));
END
$$;

COMMENT ON FUNCTION core.receiver_wants(core.receiver, core.alert) IS 'Does somebody want to be told of an alert now?';

-- Writes a message to everybody who is to have it and has it not: of an end only who was told of the beginning.
-- Written so that its plan is kept: a thousand schools may have something to tell at once.
CREATE OR REPLACE FUNCTION core.tell_alert(p_alert bigint, p_what text, p_now timestamptz)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
	INSERT INTO core.outbox (receiver_id, incident_id, alert_id, what, title, body, facts, made_at, next_at)
	SELECT r.receiver_id, a.incident_id, a.alert_id, p_what, m.title, m.body,
	       jsonb_build_object('alert_id', a.alert_id, 'incident_id', a.incident_id, 'what', p_what, 'kind', a.kind, 'subject', a.subject,
	           'severity', a.severity, 'school', s.code, 'school_name', core.clean_line(s.name), 'municipality', core.clean_line(s.municipality),
	           'provider', core.clean_line(s.provider), 'since', to_char(a.since_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	           'ended', to_char(a.ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	           'party', COALESCE(a.detail ->> 'party', k.party), 'detail', a.detail,
	           'words_ru', core.alert_words(a.kind, a.detail, 'ru'), 'words_en', core.alert_words(a.kind, a.detail, 'en')),
	       p_now, p_now
	  FROM core.alert AS a
	  JOIN core.incident AS i USING (incident_id)
	  JOIN core.school AS s USING (school_id)
	  JOIN reference.alert_kind AS k ON k.kind = a.kind
	  JOIN core.receiver AS r ON CASE p_what
	       WHEN 'raised' THEN i.acked_at IS NULL AND core.receiver_wants(r, a)
	       ELSE r.removed_at IS NULL AND EXISTS (SELECT FROM core.outbox AS o WHERE o.receiver_id = r.receiver_id AND o.incident_id = a.incident_id
	            AND o.alert_id = a.alert_id AND o.what = 'raised' AND o.state <> 'dead') END
	 CROSS JOIN LATERAL core.alert_message(a.alert_id, p_what, r.language) AS m
	 WHERE a.alert_id = p_alert
	ON CONFLICT DO NOTHING;
END
$$;

COMMENT ON FUNCTION core.tell_alert(bigint, text, timestamptz) IS
	'Messages of an alert''s beginning (raised) or end (resolved) for all receivers concerned, each once.';

CREATE OR REPLACE FUNCTION core.tell_incident(p_incident bigint, p_what text, p_now timestamptz)
RETURNS void
LANGUAGE sql
AS $$
	INSERT INTO core.outbox (receiver_id, incident_id, what, title, body, facts, made_at, next_at)
	SELECT r.receiver_id, i.incident_id, p_what, m.title, m.body,
	       jsonb_build_object('incident_id', i.incident_id, 'what', p_what, 'kind', 'provider_outage', 'severity', 'critical',
	           'provider', core.clean_line(i.provider), 'party', 'provider',
	           'since', to_char(n.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
	           'ended', to_char(i.closed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'schools', n.schools,
	           'words_ru', (core.incident_message(i.incident_id, p_what, 'ru')).title, 'words_en', (core.incident_message(i.incident_id, p_what, 'en')).title),
	       p_now, p_now
	  FROM core.incident AS i
	 CROSS JOIN LATERAL (
	       SELECT min(a.since_at) AS since, jsonb_agg(DISTINCT s.code) AS schools
	         FROM core.alert AS a JOIN core.school AS s USING (school_id) WHERE a.incident_id = i.incident_id) AS n
	  JOIN core.receiver AS r ON CASE p_what
	       WHEN 'raised' THEN i.acked_at IS NULL AND EXISTS (
	            SELECT FROM core.alert AS a WHERE a.incident_id = i.incident_id AND a.state <> 'resolved' AND core.receiver_wants(r, a))
	       ELSE r.removed_at IS NULL AND EXISTS (SELECT FROM core.outbox AS o
	            WHERE o.receiver_id = r.receiver_id AND o.incident_id = i.incident_id AND o.alert_id IS NULL AND o.what = 'raised' AND o.state <> 'dead') END
	 CROSS JOIN LATERAL core.incident_message(i.incident_id, p_what, r.language) AS m
	 WHERE i.incident_id = p_incident
	ON CONFLICT DO NOTHING
$$;

COMMENT ON FUNCTION core.tell_incident(bigint, text, timestamptz) IS
	'Messages of a provider''s incident for all receivers concerned, each once.';

-- The incident that an alert belongs to from now on.
CREATE OR REPLACE FUNCTION core.place_alert(p_alert bigint, p_grouped boolean, p_now timestamptz)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
	v_alert    core.alert;
	v_provider text;
	v_incident bigint;
BEGIN
	SELECT * INTO STRICT v_alert FROM core.alert WHERE alert_id = p_alert;
	IF p_grouped THEN
		SELECT s.provider INTO v_provider FROM core.school AS s WHERE s.school_id = v_alert.school_id;
		SELECT incident_id INTO v_incident FROM core.incident WHERE kind = 'provider' AND provider = v_provider AND closed_at IS NULL;
	END IF;
	IF v_incident IS NULL THEN
		INSERT INTO core.incident (kind, provider, opened_at)
		VALUES (CASE WHEN p_grouped THEN 'provider' ELSE 'alert' END, COALESCE(v_provider, ''), p_now)
		RETURNING incident_id INTO v_incident;
	END IF;
	UPDATE core.incident SET closed_at = p_now WHERE incident_id = v_alert.incident_id AND kind = 'alert' AND closed_at IS NULL;
	UPDATE core.alert SET incident_id = v_incident WHERE alert_id = p_alert;
	RETURN v_incident;
END
$$;

COMMENT ON FUNCTION core.place_alert(bigint, boolean, timestamptz) IS
	'Gives an alert an incident of its own, or puts it into the open one of its provider, made if need be.';

-- Events are bits as in enum alert_event (collector/alert/engine.h), transitions an array of seconds since 1970 as text.
CREATE OR REPLACE FUNCTION core.put_alerts(p_now timestamptz,
	p_kind text[], p_school integer[], p_subject text[], p_state text[], p_severity text[], p_value double precision[],
	p_since timestamptz[], p_pending timestamptz[], p_raised timestamptz[], p_ended timestamptz[],
	p_told boolean[], p_told_lesson boolean[], p_grouped boolean[], p_flapping boolean[], p_events integer[], p_transitions text[])
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
	c          record;
	v_alert    bigint;
	v_incident bigint;
	v_touched  bigint[] := '{}';
	v_times    timestamptz[];
BEGIN
	FOR c IN
		SELECT u.*, u.events & 4 <> 0 AS is_raised, u.events & 32 <> 0 AS is_resolved, u.events & (64 | 128) <> 0 AS is_told,
		        u.events & 256 <> 0 AS joins, u.events & 512 <> 0 AS leaves
		  FROM unnest(p_kind, p_school, p_subject, p_state, p_severity, p_value, p_since, p_pending, p_raised, p_ended,
		              p_told, p_told_lesson, p_grouped, p_flapping, p_events, p_transitions)
		       AS u(kind, school_id, subject, state, severity, value, since, pending, raised, ended, told, told_lesson, is_grouped, flapping, events, transitions)
	LOOP
		IF c.events & 2 <> 0 THEN
			DELETE FROM core.alert AS a WHERE a.school_id = c.school_id AND a.kind = c.kind AND a.subject = c.subject AND a.state = 'pending';
			CONTINUE;
		END IF;
		v_times := ARRAY(SELECT to_timestamp(t.s) FROM unnest(c.transitions::double precision[]) AS t(s));
		UPDATE core.alert AS a
		   SET state = c.state, severity = c.severity, value = c.value, since_at = c.since, raised_at = c.raised, ended_at = c.ended,
		       told = c.told, told_lesson = c.told_lesson, is_grouped = c.is_grouped, flapping = c.flapping, transitions = v_times,
		       -- Why an agent was silent it tells when it is heard again.
		       detail = CASE WHEN c.is_raised THEN core.alert_detail(c.kind, c.school_id, c.subject, c.value, c.since, NULL)
		                     WHEN c.is_resolved AND a.kind = 'agent_silent'
		                     THEN core.alert_detail(c.kind, c.school_id, c.subject, c.value, c.since, c.ended + interval '30 seconds')
		                     ELSE a.detail END,
		       changed_at = p_now
		 WHERE a.school_id = c.school_id AND a.kind = c.kind AND a.subject = c.subject AND a.state <> 'resolved'
		RETURNING a.alert_id INTO v_alert;
		IF NOT FOUND THEN
			INSERT INTO core.alert (school_id, kind, subject, state, severity, value, since_at, pending_at, raised_at, ended_at,
			                        told, told_lesson, is_grouped, flapping, transitions, detail, changed_at)
			VALUES (c.school_id, c.kind, c.subject, c.state, c.severity, c.value, c.since, c.pending, c.raised, c.ended,
			        c.told, c.told_lesson, c.is_grouped, c.flapping, v_times,
			        core.alert_detail(c.kind, c.school_id, c.subject, c.value, c.since, NULL), p_now)
			RETURNING alert_id INTO v_alert;
		END IF;
		IF c.leaves THEN
			SELECT v_touched || a.incident_id INTO v_touched FROM core.alert AS a WHERE a.alert_id = v_alert;
		END IF;
		IF c.is_raised OR c.joins OR c.leaves THEN
			PERFORM core.place_alert(v_alert, c.joins, p_now);
		END IF;

		INSERT INTO core.alert_event (alert_id, school_id, at, what)
		SELECT v_alert, c.school_id, p_now, e.what
		  FROM unnest(ARRAY['raised', 'stale', 'fresh', 'resolved', 'told', 'escalated', 'grouped', 'ungrouped'], ARRAY[4, 8, 16, 32, 64, 128, 256, 512])
		       AS e(what, bit)
		 WHERE c.events & e.bit <> 0;

		SELECT a.incident_id INTO v_incident FROM core.alert AS a WHERE a.alert_id = v_alert;
		IF c.is_grouped THEN
			v_touched := v_touched || v_incident;
		END IF;
		IF c.is_told AND NOT c.is_grouped THEN
			PERFORM core.tell_alert(v_alert, 'raised', p_now);
		END IF;
		IF c.is_resolved THEN
			PERFORM core.tell_alert(v_alert, 'resolved', p_now);
			UPDATE core.incident SET closed_at = p_now WHERE incident_id = v_incident AND kind = 'alert' AND closed_at IS NULL;
		END IF;
	END LOOP;

	-- Once all schools of a pass have joined or left.
	FOR v_incident IN SELECT DISTINCT i.incident_id FROM core.incident AS i WHERE i.incident_id = ANY (v_touched) AND i.kind = 'provider' ORDER BY 1 LOOP
		IF EXISTS (SELECT FROM core.alert AS a WHERE a.incident_id = v_incident AND a.state <> 'resolved') THEN
			PERFORM core.tell_incident(v_incident, 'raised', p_now);
		ELSE
			UPDATE core.incident SET closed_at = p_now WHERE incident_id = v_incident AND closed_at IS NULL;
			PERFORM core.tell_incident(v_incident, 'resolved', p_now);
		END IF;
	END LOOP;
END
$$;

COMMENT ON FUNCTION core.put_alerts(timestamptz, text[], integer[], text[], text[], text[], double precision[], timestamptz[], timestamptz[], timestamptz[],
	timestamptz[], boolean[], boolean[], boolean[], boolean[], integer[], text[]) IS
	'Keeps what a pass of the alert engine changed, and in the same transaction writes the messages that follow from it.';

CREATE OR REPLACE FUNCTION core.alerts_kept(p_now timestamptz)
RETURNS TABLE (kind text, school_id integer, subject text, state text, severity text, value double precision,
               since_ms bigint, pending_ms bigint, raised_ms bigint, told integer, told_lesson integer, is_grouped integer, flapping integer, transitions_ms text)
LANGUAGE sql
STABLE
AS $$
	SELECT DISTINCT ON (a.school_id, a.kind, a.subject)
	       a.kind, a.school_id, a.subject, a.state, a.severity, a.value,
	       (EXTRACT(epoch FROM a.since_at) * 1000)::bigint, (EXTRACT(epoch FROM a.pending_at) * 1000)::bigint,
	       COALESCE((EXTRACT(epoch FROM a.raised_at) * 1000)::bigint, 0),
	       a.told::integer, a.told_lesson::integer, a.is_grouped::integer, a.flapping::integer,
	       (SELECT string_agg((EXTRACT(epoch FROM t.at) * 1000)::bigint::text, ' ' ORDER BY t.at) FROM unnest(a.transitions) AS t(at))
	  FROM core.alert AS a
	 WHERE a.state <> 'resolved' OR a.ended_at > p_now - interval '2 hours'
	 ORDER BY a.school_id, a.kind, a.subject, a.alert_id DESC
$$;

COMMENT ON FUNCTION core.alerts_kept(timestamptz) IS
	'What the alert engine begins with: what is open, and what ended lately and may be flapping.';
