#!/usr/bin/env bash
# The list of options in a manual page is the one that the program prints: manual-options.sh PROGRAM PAGE [--write]
set -u
program=$1 page=$2
printed=$("$program" --print-manual) || exit 1
if [ "${3-}" = --write ]; then
	list=$printed awk '/^\.Bl -tag -width Ds$/ { print ENVIRON["list"]; inside = 1 } !inside { print } /^\.El$/ { inside = 0 }' \
		"$page" >"$page.new" && mv "$page.new" "$page"
else
	diff -u <(sed -n '/^\.Bl -tag -width Ds$/,/^\.El$/p' "$page") <(printf '%s\n' "$printed")
fi
