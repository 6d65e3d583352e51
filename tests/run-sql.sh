#!/usr/bin/env bash
# pgTAP tests of sql/ (tests/sql/*.sql, or those named) against a private cluster that this makes, migrates with
# build/release/parta-collector and takes away again. Ends with pg_prove's summary.
set -eu
cd "$(dirname "$0")/.."
collector=${COLLECTOR:-build/release/parta-collector}
[ -x "$collector" ] || { echo "sql: $collector is not built: run make first"; exit 1; }
command -v pg_prove >/dev/null || { echo "sql: skipped, there is no pg_prove (libtap-parser-sourcehandler-pgtap-perl)"; exit 0; }

# Each file of functions and views has its test.
missing=0
for file in sql/functions/*.sql sql/views/*.sql; do
	[ -f "tests/sql/$(basename "$file")" ] || { echo "sql: $file has no tests/sql/$(basename "$file")"; missing=1; }
done
[ $missing -eq 0 ]

dir=$(mktemp -d /tmp/parta-sql-XXXXXX)
mkdir "$dir/share" "$dir/tests"
cp -r sql common/classify/device_rule.csv "$dir/share/"
cp -r tests/sql/. "$dir/tests/"
cp "$collector" "$dir/parta-collector"
printf 'state-dir = %s/state\ndata-dir = %s/share\nreference-dir = %s/none\n' "$dir" "$dir" "$dir" >"$dir/collector.conf"

# PostgreSQL does not run as root, and what the user may read of this tree is not ours to say.
as=()
if [ "$(id -u)" -eq 0 ]; then
	chown -R nobody "$dir"
	as=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups env HOME="$dir")
fi

finish() {
	local pid
	pid=$(head -n 1 "$dir/state/postgres/data/postmaster.pid" 2>/dev/null || true)
	if [ -n "$pid" ]; then
		kill -INT "$pid" 2>/dev/null || true
		timeout 30 tail --pid="$pid" -f /dev/null || kill -KILL "$pid" 2>/dev/null || true
	fi
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT TERM

"${as[@]}" "$dir/parta-collector" migrate -c "$dir/collector.conf" >"$dir/migrate.log" 2>&1 || { cat "$dir/migrate.log"; exit 1; }
major=$(cat "$dir/state/postgres/data/PG_VERSION")
socket=$dir/state/postgres
"${as[@]}" "/usr/lib/postgresql/$major/bin/postgres" -D "$socket/data" -c "unix_socket_directories=$socket" \
	-c listen_addresses= -c fsync=off >"$dir/postgres.log" 2>&1 &
for _ in $(seq 200); do
	"${as[@]}" "/usr/lib/postgresql/$major/bin/pg_isready" -q -h "$socket" && break
	read -r -t 0.1 <> <(:) || true
done
sql() { "${as[@]}" psql -X -q -v ON_ERROR_STOP=1 -h "$socket" -U parta -d parta "$@"; }
sql -c 'CREATE EXTENSION pgtap'

if [ $# -gt 0 ]; then
	tests=()
	for name in "$@"; do tests+=("$dir/tests/$(basename "$name")"); done
else
	mapfile -t tests < <(ls "$dir"/tests/*.sql)
fi
(cd "$dir/tests" && PGOPTIONS='-c client_min_messages=warning' "${as[@]}" pg_prove --failures -h "$socket" -U parta -d parta "${tests[@]##*/}")
