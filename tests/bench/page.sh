#!/usr/bin/env bash
# How long a person waits for each screen with a thousand made-up schools: Debian's Chromium beside the collector,
# each screen opened anew. Needs root.
#
#   SCHOOLS=1000 DAYS=365 RUNS=10 tests/bench/page.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/page.sh

page_begin bench-page "${DAYS:-365}" "${SCHOOLS:-1000}"
page_node tests/page/screen_times.mjs "${RUNS:-10}"
