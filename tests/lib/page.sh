# shellcheck shell=bash
# A browser for the page of a collector of this tree (lab.sh and collector.sh come first).
#
#   page_begin NAME [DAYS [SCHOOLS]]
#                             a collector with demonstration data and an account of each role, whose login is the role's name;
#                             ends with 77 where there is no npm
#   page_node ARGUMENT...     node beside the collector, with the address and the password of all accounts
#   page_stories NAME...      those of tests/page

PAGE_PASSWORD="парта у окна 1"

page_begin() {
	page_packages
	lab_begin "$1"
	lab_namespace town
	collector_prepare
	collector_start town
	collector_run demo-data --schools "${3:-9}" --days "${2:-60}" >"$LAB_DIR/demo-data.log" 2>&1 ||
		{ cat "$LAB_DIR/demo-data.log" >&2; lab_fail "no demonstration data"; }
	page_people
}

# What tests/page/package-lock.json names, into build/page; one story at a time.
page_packages() {
	command -v npm >/dev/null || { echo "skipped, 'npm' is not installed"; exit 77; }
	command -v "${CHROMIUM:-chromium}" >/dev/null || { echo "skipped, 'chromium' is not installed"; exit 77; }
	mkdir -p build/page
	exec {PAGE_LOCK}>build/page/lock
	flock "$PAGE_LOCK"
	if ! cmp -s tests/page/package-lock.json build/page/installed.json; then
		cp tests/page/package.json tests/page/package-lock.json tests/page/.npmrc build/page/
		npm ci --prefix build/page --ignore-scripts --no-audit --no-fund --loglevel=error
		cp tests/page/package-lock.json build/page/installed.json
	fi
	exec {PAGE_LOCK}>&-
}

# The school's account is of the first school.
page_people() {
	local role school
	school=$(collector_sql "SELECT min(code) FROM core.school")
	for role in municipal auditor head viewer; do
		collector_run user add "$role" --role "$role" --password-file - <<<"$PAGE_PASSWORD" >/dev/null
	done
	collector_run user add school --role school --school "$school" --password-file - <<<"$PAGE_PASSWORD" >/dev/null
}

# Chromium wants a home of its own; its own files go with the test.
page_node() {
	mkdir -p "$LAB_DIR/home"
	lab_in "$COLLECTOR_PLACE" env HOME="$LAB_DIR/home" TMPDIR="$LAB_DIR/home" PAGE_URL=https://127.0.0.1:8444/ \
		PAGE_PASSWORD="$PAGE_PASSWORD" PAGE_MODULES="$PWD/build/page" node "$@"
}

page_stories() {
	page_node --test-reporter=spec tests/page/stories.mjs "$@" || lab_fail "a story of the page failed"
}
