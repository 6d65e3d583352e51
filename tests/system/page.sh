#!/usr/bin/env bash
# The page in a real Chromium against a real collector: signing in, the keyboard, what a screen reader is told, who sees and
# may what (school A never sees school B), the table with its exports; people at work (corrections, alerts, schools, agents,
# examinations, users), and what changes by itself. Needs root.
# long: 180 s, a browser goes through all that people do.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/page.sh

page_begin page
page_stories sign_in keyboard roles table actions live
