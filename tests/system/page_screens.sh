#!/usr/bin/env bash
# Every screen of the page for every role, in both languages, on a desk and on phones, in light and dark, with axe-core; in a
# real Chromium against a real collector. Needs root.
# long: 120 s, a browser shows every screen to every role.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/page.sh

page_begin page-screens
page_stories screens
