#!/usr/bin/env bash
# People at work on the page: corrections, alerts, schools, agents, users, and what changes by itself; in a real Chromium
# against a real collector. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/page.sh

page_begin page-work
page_stories actions.test.mjs live.test.mjs
