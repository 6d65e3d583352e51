# shellcheck shell=bash
# A collector of this tree with its embedded database, in a namespace of the lab (lab.sh comes first).
#
#   collector_prepare [LINE...]     $LAB_DIR/collector.conf with those lines added, and the folders it names, with a database of
#                                   this tree in them
#   collector_start PLACE           the service, as an unprivileged user; returns when it is ready
#   collector_run COMMAND...        a command of parta-collector with that configuration
#   collector_sql STATEMENT         unaligned rows from its database
#   collector_database_pid          the server's process
#   collector_metric NAME           one figure of /metrics, as in 'parta_reports_total{outcome="stored"}'
#
# nobody owns the state, so the database runs as it would for its service user.

COLLECTOR=${COLLECTOR:-build/${MODE:-release}/parta-collector}

collector_prepare() {
	local line
	command -v /usr/lib/postgresql/15/bin/initdb >/dev/null || { echo "needs PostgreSQL 15"; exit 77; }
	mkdir -p "$LAB_DIR/data" "$LAB_DIR/state"
	cp -r sql "$LAB_DIR/data/"
	cp common/classify/*.csv "$LAB_DIR/data/"
	cp -r collector/page/www "$LAB_DIR/data/"
	cp docs/openapi.json "$LAB_DIR/data/"
	chmod -R a+rX "$LAB_DIR/data"
	chown nobody "$LAB_DIR/state"
	cp "$COLLECTOR" "$LAB_DIR/parta-collector"
	{
		echo "state-dir = $LAB_DIR/state"
		echo "data-dir = $LAB_DIR/data"
		echo "reference-dir = $LAB_DIR/reference"
		echo "user = nobody"
		echo "server-names = localhost, 127.0.0.1"
		for line in "$@"; do echo "$line"; done
	} >"$LAB_DIR/collector.conf"
	collector_database
}

# Made by the collector once for all stories, since making it takes longer than many a story; build/database has it.
collector_database() {
	local home=build/database key lock
	key=$(find "$COLLECTOR" sql common/classify/*.csv -type f -exec sha256sum {} + | sort | sha256sum)
	mkdir -p $home
	exec {lock}>$home/lock
	flock "$lock"
	if [ "$key" != "$(cat $home/key 2>/dev/null)" ]; then
		printf '%s-dir = %s\n' state "$LAB_DIR/state" data "$LAB_DIR/data" reference "$LAB_DIR/reference" >"$LAB_DIR/migrate.conf"
		setpriv --reuid=nobody --regid=nogroup --clear-groups "$LAB_DIR/parta-collector" migrate -c "$LAB_DIR/migrate.conf" \
			>"$LAB_DIR/migrate.log" 2>&1 || { cat "$LAB_DIR/migrate.log" >&2; lab_fail "no database"; }
		rm -rf $home/key $home/postgres
		cp -a "$LAB_DIR/state/postgres" $home/
		echo "$key" >$home/key
	else
		cp -a $home/postgres "$LAB_DIR/state/"
	fi
	exec {lock}>&-
}

collector_start() {
	COLLECTOR_PLACE=$1
	lab_start collector "$1" setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs \
		"$LAB_DIR/parta-collector" run -c "$LAB_DIR/collector.conf"
	lab_until 180 collector_ready || { tail -n 30 "$LAB_DIR/collector.log" >&2; lab_fail "the collector did not become ready"; }
}

collector_ready() {
	lab_alive collector && lab_in "$COLLECTOR_PLACE" curl -sfk https://127.0.0.1:8444/readyz
}

collector_run() {
	setpriv --reuid=nobody --regid=nogroup --clear-groups "$LAB_DIR/parta-collector" "$@" -c "$LAB_DIR/collector.conf"
}

collector_sql() {
	setpriv --reuid=nobody --regid=nogroup --clear-groups \
		psql -h "$LAB_DIR/state/postgres" -U parta -d parta -XAtq -v ON_ERROR_STOP=1 -c "$1"
}

collector_database_pid() {
	head -n 1 "$LAB_DIR/state/postgres/data/postmaster.pid"
}

collector_metric() {
	lab_in "$COLLECTOR_PLACE" curl -sk https://127.0.0.1:8444/metrics | awk -v name="$1" '$1 == name { print $2 }'
}
