#!/usr/bin/env bash
# Our bytes read by Google's protobuf, and theirs by us. Skipped (77) without python3-protobuf, protoc or zstd.
set -euo pipefail
cd "$(dirname "$0")/../.."

for need in protoc zstd; do
	command -v "$need" >/dev/null || { echo "wire: skipped, '$need' is not installed"; exit 77; }
done
/usr/bin/python3 -c 'import google.protobuf' 2>/dev/null || { echo "wire: skipped, python3-protobuf is not installed"; exit 77; }

peer=build/${MODE:-release}/tests/system/wire_peer
make -s MODE="${MODE:-release}" "$peer"
mkdir -p build/gen/python
protoc -I proto --python_out=build/gen/python proto/parta/v1/*.proto
PYTHONPATH=build/gen/python /usr/bin/python3 -B tests/system/wire.py "$peer"
