# shellcheck shell=bash
# Debian's Zabbix server with a PostgreSQL of its own in a namespace of the lab, beside the collector (collector.sh comes
# first): the settings of its database are the collector's, file for file. Where it is not installed, its rows stay away.
#
#   zabbix_start PLACE      the server listens on 10151 for 100 hosts of 100 trapper items each, no triggers
#   zabbix_pid              its first process, 0 without it; zabbix_database_pid: its database's

zabbix_as() { setpriv --reuid=zabbix --regid=zabbix --clear-groups "$@"; }

zabbix_sql() { zabbix_as psql -h "$LAB_DIR/zabbix" -p 5433 -d "${ZABBIX_BASE:-zabbix}" -XAtq -v ON_ERROR_STOP=1 "$@"; }

zabbix_start() { # PLACE
	local home=$LAB_DIR/zabbix bin=/usr/lib/postgresql/15/bin part
	if ! command -v zabbix_server >/dev/null; then
		echo "Zabbix is left out: 'deploy/dependencies.sh bench' installs it"
		return
	fi
	mkdir "$home"
	chown zabbix "$home"
	zabbix_as "$bin/initdb" -D "$home/data" -U zabbix -E UTF8 --locale=C.UTF-8 -k --auth=trust >/dev/null
	cp "$LAB_DIR/state/postgres/data/postgresql.conf" "$home/data/"
	chown zabbix "$home/data/postgresql.conf"
	lab_start zabbix-database "$1" setpriv --reuid=zabbix --regid=zabbix --clear-groups "$bin/postgres" -D "$home/data" -k "$home" \
		-p 5433 -c listen_addresses=
	ZABBIX_BASE=postgres lab_until 30 zabbix_sql -c 'SELECT 1' || lab_fail "the database of Zabbix did not start"
	ZABBIX_BASE=postgres zabbix_sql -c 'CREATE DATABASE zabbix'
	for part in schema images data; do zcat "/usr/share/zabbix-server-pgsql/$part.sql.gz"; done | zabbix_sql -o /dev/null
	zabbix_sql -c "
		UPDATE hosts SET status = 1 WHERE status = 0;
		INSERT INTO hosts (hostid, host, name, status) SELECT 20000 + h, 'S' || h, 'S' || h, 0 FROM generate_series(1, 100) AS h;
		INSERT INTO items (itemid, type, hostid, name, key_, value_type)
		SELECT 1000000 + h * 100 + i, 2, 20000 + h, 'k' || i, 'k' || i, 0
		  FROM generate_series(1, 100) AS h, generate_series(1, 100) AS i;
		INSERT INTO item_rtdata (itemid) SELECT itemid FROM items WHERE itemid > 1000000;
		ANALYZE"
	cat >"$home/server.conf" <<-END
		ListenPort=10151
		DBHost=$home
		DBPort=5433
		DBName=zabbix
		DBUser=zabbix
		LogFile=$home/server.log
		PidFile=$home/server.pid
		SocketDir=$home
		StartPollers=1
		StartPollersUnreachable=1
		StartTrappers=5
		StartPingers=0
		StartDiscoverers=0
		StartHTTPPollers=0
		StartPreprocessors=3
		StartDBSyncers=4
		StartLLDProcessors=1
		StartAlerters=1
		StartTimers=1
		StartEscalators=1
		CacheSize=256M
		HistoryCacheSize=256M
		HistoryIndexCacheSize=64M
		TrendCacheSize=128M
		ValueCacheSize=128M
		Timeout=10
		HousekeepingFrequency=0
	END
	lab_start zabbix "$1" setpriv --reuid=zabbix --regid=zabbix --clear-groups zabbix_server -f -c "$home/server.conf"
	lab_until 60 grep -q 'server #0 started' "$home/server.log" || { tail "$LAB_DIR/zabbix.log" "$home/server.log" >&2; lab_fail "Zabbix did not start"; }
}

zabbix_pid() { if [ -d "$LAB_DIR/zabbix" ]; then cat "$LAB_DIR/zabbix/server.pid"; else echo 0; fi; }

zabbix_database_pid() { if [ -d "$LAB_DIR/zabbix" ]; then head -n 1 "$LAB_DIR/zabbix/data/postmaster.pid"; else echo 0; fi; }
