# shellcheck shell=bash
# The page's API as curl asks it, for stories (lab.sh and collector.sh come first; the collector stands in "town").
# shellcheck disable=SC2154

# web METHOD PATH [CURL-OPTION...]: the status; $LAB_DIR/head and $LAB_DIR/body have the rest. Who asks is $jar.
web() {
	lab_in town curl -sk -m 20 -X "$1" -b "${jar:=$LAB_DIR/jar}" -c "$jar" -D "$LAB_DIR/head" -o "$LAB_DIR/body" -w '%{http_code}' \
		"https://localhost:${PORT:-8444}$2" "${@:3}"
}
# act PATH JSON: a POST as the page makes it.
act() { web POST "/api/v1/$1" -H "X-Parta-CSRF: ${csrf:-}" -H 'Content-Type: application/json' -d "$2"; }
expect() { # WHAT GOT WANTED
	[ "$2" = "$3" ] || { head -c 400 "$LAB_DIR/body" >&2; tail -n 5 "$LAB_DIR/collector.log" >&2; lab_fail "$1: got '$2', not '$3'"; }
}
body() { jq -r "$1" "$LAB_DIR/body"; }
sign_in() { # LOGIN PASSWORD: a jar of its own for each
	jar=$LAB_DIR/jar-$1
	rm -f "$jar"
	expect "$1 signs in" "$(act login "{\"login\": \"$1\", \"password\": \"$2\"}")" 200
	csrf=$(body .csrf)
}
