#!/usr/bin/env bash
# The page in a real Chromium against a real collector: signing in, the keyboard, what a screen reader is told, who sees and
# may what (school A never sees school B), the table with its exports. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/page.sh

page_begin page
page_stories sign_in.test.mjs keyboard.test.mjs roles.test.mjs table.test.mjs
