#!/usr/bin/env bash
# make screenshots: docs/screenshots anew, from a collector with demonstration data. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh
. tests/lib/page.sh

page_begin screenshots 365
mkdir -p "$LAB_DIR/home/pictures" docs/screenshots
page_node tests/page/screenshots.mjs "$LAB_DIR/home/pictures"
cp "$LAB_DIR"/home/pictures/*.png docs/screenshots/
