# shellcheck shell=bash
# An agent of this tree in a namespace of the lab, as its unit file would run it (lab.sh comes first).
#
#   agent_prepare [LINE...]   $LAB_DIR/agent.conf with those lines added, and its state folder
#   agent_start PLACE         the service: unprivileged, CAP_NET_RAW alone, no new privileges
#   agent_run PLACE COMMAND.. a command of parta-agent with that configuration, without any privilege
#   agent_status JQ           a figure of its status
#   agent_stop                SIGTERM; its exit status
#
# AGENT_NAME=other before each of these is another agent: its files and its log bear that name.
# nobody stands for the service's user, so no user need be made.

AGENT=${AGENT:-build/${MODE:-release}/parta-agent}
AGENT_NAME=agent

agent_prepare() {
	local line
	mkdir -p "$LAB_DIR/$AGENT_NAME" "$LAB_DIR/data"
	cp common/classify/*.csv "$LAB_DIR/data/"
	chmod -R a+rX "$LAB_DIR/data"
	chown nobody "$LAB_DIR/$AGENT_NAME"
	chmod 700 "$LAB_DIR/$AGENT_NAME"
	cp -f "$AGENT" "$LAB_DIR/parta-agent"
	{
		echo "state-dir = $LAB_DIR/$AGENT_NAME"
		echo "data-dir = $LAB_DIR/data"
		for line in "$@"; do echo "$line"; done
	} >"$LAB_DIR/$AGENT_NAME.conf"
}

agent_start() {
	lab_start "$AGENT_NAME" "$1" setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=+net_raw --ambient-caps=+net_raw \
		--bounding-set=-all,+net_raw --no-new-privs "$LAB_DIR/parta-agent" run -c "$LAB_DIR/$AGENT_NAME.conf"
}

agent_run() {
	local place=$1
	shift
	lab_in "$place" setpriv --reuid=nobody --regid=nogroup --clear-groups --bounding-set=-all --no-new-privs \
		"$LAB_DIR/parta-agent" "$@" -c "$LAB_DIR/$AGENT_NAME.conf"
}

agent_status() {
	setpriv --reuid=nobody --regid=nogroup --clear-groups "$LAB_DIR/parta-agent" status --format json -c "$LAB_DIR/$AGENT_NAME.conf" | jq -r "$1"
}

agent_stop() {
	local pid=${LAB_PIDS[$AGENT_NAME]}
	unset "LAB_PIDS[$AGENT_NAME]"
	kill -TERM "$pid"
	wait "$pid"
}
