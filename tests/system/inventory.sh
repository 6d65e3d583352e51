#!/usr/bin/env bash
# What other programs took down becomes evidence of a school: FusionInventory and OCS of Debian really run here, and the
# host script; again is harmless, older blanks nothing, nonsense is refused, and no person's name is kept. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/lib/lab.sh
. tests/lib/collector.sh

for need in jq psql dash fusioninventory-inventory ocsinventory-agent; do
	command -v "$need" >/dev/null || { echo "skipped, '$need' is not installed"; exit 77; }
done

lab_begin inventory
lab_namespace town pc
collector_prepare
collector_start town
for school in S1 S2; do collector_run school add $school --name "School $school" >/dev/null; done
take() { collector_run inventory import --school "$@"; }
is() { [ "$("${@:2}" 2>/dev/null)" = "$1" ]; }
rows() { collector_sql "SELECT string_agg(x, ' ' ORDER BY x) FROM (SELECT $1 AS x FROM api.device_current ${2:-}) AS d"; }
said() { collector_sql "SELECT count(*) FROM api.device_evidence AS e JOIN api.device_current AS d USING (device_id) WHERE d.school = 'S1' AND d.name = '$1' AND e.key = '$2'"; }

echo "- FusionInventory, run in a computer of its own"
mkdir "$LAB_DIR/bin"
install -m 755 tests/lib/dmidecode.sh "$LAB_DIR/bin/dmidecode"
lab_cable pc eth0 town wan0
lab_address pc eth0 10.9.3.7/24
# A host name and a /dev of its own, with the memory that OCS wants to see before it asks dmidecode.
inside() {
	lab_in pc env PATH="$LAB_DIR/bin:$PATH" DEV="$LAB_DIR/dev" unshare -um sh -c 'hostname nb-7 && mkdir -p "$DEV" && mount -t tmpfs tmpfs "$DEV" &&
		for one in null zero random urandom; do : >"$DEV/$one" && mount --bind "/dev/$one" "$DEV/$one" || exit; done &&
		: >"$DEV/mem" && mount --move "$DEV" /dev && exec "$@"' sh "$@"
}
inside fusioninventory-inventory >"$LAB_DIR/fusion.xml" 2>"$LAB_DIR/fusion.log" || lab_fail "FusionInventory did not run: $(tail -n 3 "$LAB_DIR/fusion.log")"
take S1 "$LAB_DIR/fusion.xml" >"$LAB_DIR/out" || lab_fail "it was refused: $(cat "$LAB_DIR/out")"
grep -q "fusion.xml: nb-7, 0 attached" "$LAB_DIR/out" || lab_fail "it said: $(cat "$LAB_DIR/out")"
# It names the product by its version, and in a container no serial number.
is 'nb-7/laptop/Lenovo/ThinkPad X1 Carbon 7th' rows "concat_ws('/', name, class, vendor, model)" || lab_fail "it is '$(rows "concat_ws('/', name, class, vendor, model)")'"
programs=$(grep -c '<SOFTWARES>' "$LAB_DIR/fusion.xml")
[ "$(said nb-7 software)" -gt $((programs * 9 / 10)) ] || lab_fail "of $programs programs $(said nb-7 software) were kept"

echo "- OCS of the same computer: one device, not two"
inside ocsinventory-agent --stdout >"$LAB_DIR/ocs.xml" 2>"$LAB_DIR/ocs.log" || lab_fail "OCS did not run: $(tail -n 3 "$LAB_DIR/ocs.log")"
take S1 "$LAB_DIR/ocs.xml" >"$LAB_DIR/out" || lab_fail "it was refused: $(cat "$LAB_DIR/out")"
is 1 rows "count(*)::text" || lab_fail "they are $(rows "count(*)::text") devices: $(rows "concat_ws('/', name, serial, macs)")"
is 'nb-7/laptop/Lenovo/PF2ABCDE' rows "concat_ws('/', name, class, vendor, serial)" || lab_fail "it is '$(rows "concat_ws('/', name, class, vendor, serial)")'"

echo "- the host script's text, and GLPI's form with several in a file"
python3 tests/lib/computer.py "$LAB_DIR/pc1" PC-14 usb=camera,board,stick,phone monitor=7XQ4ZW2
PARTA_HOST_ROOT="$LAB_DIR/pc1" dash deploy/host/parta-host.sh --print >"$LAB_DIR/pc1.json"
take S1 "$LAB_DIR/pc1.json" | grep -q "pc1.json: PC-14, 3 attached" || lab_fail "the script's text was not taken"
is "PC-14/desktop_pc" collector_sql "SELECT name || '/' || class FROM api.device_current WHERE serial = 'AQ2026001417'" || lab_fail "PC-14 is not there"
is '1 1 1' collector_sql "SELECT string_agg(count::text, ' ') FROM api.equipment WHERE class IN ('document_camera', 'interactive_board', 'monitor')" || lab_fail "what hangs on it is not there"
jq -c '.content.hardware.name = "PC-15" | .content.hardware.uuid = "5f1c7a60-3c1b-11ef-9d2a-3cecef001418" | .content.bios.ssn = "AQ2026001418" | .content.networks[0].mac = "3c:ec:ef:00:14:18" | del(.content.usbdevices, .content.monitors)' "$LAB_DIR/pc1.json" >"$LAB_DIR/two.json"
cat >>"$LAB_DIR/two.json" <<'SWITCH'

{"deviceid": "sw-1", "itemtype": "NetworkEquipment", "content": {"versionclient": "GLPI-Agent_v1.7", "network_device": {"type": "Networking",
 "manufacturer": "Eltex", "model": "MES2324", "serial": "ES4B001122", "mac": "a8:f9:4b:00:00:01", "ips": ["10.9.1.2"], "name": "sw-1", "firmware": "4.0.17"}}}
SWITCH
take S1 "$LAB_DIR/two.json" | grep -q "^2 imported, 0 imported already, 0 refused" || lab_fail "several in a file were not taken"
is 'switch/Eltex/MES2324/ES4B001122/{10.9.1.2}' collector_sql "SELECT concat_ws('/', class, vendor, model, serial, addresses) FROM api.device_current WHERE name = 'sw-1'" || lab_fail "the switch is not there"

echo "- what the script for Windows prints (a text made by reading it: it is not run here), and its form"
python3 tests/system/inventory_form.py deploy/host/parta-host.ps1 || lab_fail "the script names a field that the form has not"
python3 tests/system/inventory_form.py tests/lib/windows_host.json || lab_fail "its text is not of GLPI's form"
python3 tests/system/inventory_form.py "$LAB_DIR/pc1.json" || lab_fail "the text of the script for Linux is not of GLPI's form"
collector_run school add S4 --name "School S4" >/dev/null
take S4 tests/lib/windows_host.json | grep -q "KAB-204-07, 3 attached" || lab_fail "it was not taken"
is 'KAB-204-07/desktop_pc/iRU/Office 313 MT/IRU313MT2107001442/Майкрософт Windows 10 Pro/{10.14.2.107}' rows "concat_ws('/', name, class, vendor, model, serial, os, addresses)" "WHERE school = 'S4' AND addresses <> '{}'" ||
	lab_fail "it is '$(rows "concat_ws('/', name, class, vendor, model, serial, os, addresses)" "WHERE school = 'S4'")'"
is 'document_camera/AVer Information/AVer F17-8M/5310871200123 interactive_board//SMART Board/D011FP38V0401 monitor/Acer/K222HQL/T0SAA0024233' rows "concat_ws('/', class, vendor, model, serial)" "WHERE school = 'S4' AND addresses = '{}'" ||
	lab_fail "on it hangs '$(rows "concat_ws('/', class, vendor, model, serial)" "WHERE school = 'S4'")'"
is 'current off' collector_sql "SELECT string_agg(protection, ' ' ORDER BY product) FROM api.antivirus WHERE school = 'S4'" || lab_fail "its anti-virus is told wrong"

echo "- again is harmless; a file that is older, or says less, blanks nothing"
before=$(collector_sql "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM (SELECT device_id, class, vendor, model, serial, os, name, addresses, macs FROM api.device_current) AS t")
take S1 "$LAB_DIR"/{fusion.xml,ocs.xml,pc1.json,two.json} | grep -q "^0 imported, 5 imported already, 0 refused" || lab_fail "again is new"
jq -c '{content: {hardware: {name: "PC-14", uuid: .content.hardware.uuid}, accesslog: {logdate: "2024-01-01 00:00:00"}, softwares: [{name: "Old program"}]}}' "$LAB_DIR/pc1.json" >"$LAB_DIR/old.json"
take S1 "$LAB_DIR/old.json" >/dev/null
jq -c '{content: {hardware: {name: "PC-14", uuid: .content.hardware.uuid}}}' "$LAB_DIR/pc1.json" >"$LAB_DIR/less.json"
take S1 "$LAB_DIR/less.json" >/dev/null
is "$before" collector_sql "SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM (SELECT device_id, class, vendor, model, serial, os, name, addresses, macs FROM api.device_current) AS t" || lab_fail "something was blanked or doubled"

echo "- it matches what an agent's wire saw, in its own school only"
take S2 "$LAB_DIR/pc1.json" >/dev/null
is 'S1 S2' rows "school" "WHERE serial = 'AQ2026001417'" || lab_fail "schools are mixed"

echo "- exported and imported again it is the same"
collector_run school add S3 --name "School S3" >/dev/null
collector_run inventory export --school S1 >"$LAB_DIR/export.json"
take S3 "$LAB_DIR/export.json" >"$LAB_DIR/out" || lab_fail "our own export was refused: $(cat "$LAB_DIR/out")"
# whole SCHOOL: devices, and what they told of themselves, but the numbers that are ours.
whole() {
	collector_sql "SELECT concat_ws('|', class, vendor, model, serial, os, name, macs, addresses) FROM api.device_current WHERE school = '$1' ORDER BY 1" 
	collector_sql "SELECT concat_ws('|', d.name, d.class, e.source, e.key, e.value) FROM api.device_evidence AS e JOIN api.device_current AS d USING (device_id)
		WHERE d.school = '$1' AND e.key NOT IN ('board', 'firmware', 'location') ORDER BY 1"
}
diff <(whole S1) <(whole S3) >"$LAB_DIR/diff" || lab_fail "it is another: $(head -n 20 "$LAB_DIR/diff")"
mkdir "$LAB_DIR/files" && chown nobody "$LAB_DIR/files"
collector_run inventory export --school S1 --output "$LAB_DIR/files" | grep -qx "$(wc -l <"$LAB_DIR/export.json") devices" || lab_fail "the folder is not full"
for file in "$LAB_DIR"/files/*.json; do python3 tests/system/inventory_form.py "$file" || lab_fail "$file is not of GLPI's form"; done
collector_run report devices --school S1 --format csv | grep -q "^S1,PC-14,desktop_pc,Aquarius," || lab_fail "the report has no PC-14"
collector_run report software --school S1 --format csv >"$LAB_DIR/programs.csv" && grep -q '^S1,nb-7,,adduser,' "$LAB_DIR/programs.csv" || lab_fail "the report has no adduser"
collector_run report antivirus --school S1 --format json | jq -r '"\(.device) \(.product) \(.signatures) \(.protection)"' >"$LAB_DIR/out"
grep -qx "PC-14 ClamAV 2026-11-24 current" "$LAB_DIR/out" || lab_fail "anti-virus: $(cat "$LAB_DIR/out")"
grep -q "^nb-7  null unknown" "$LAB_DIR/out" || lab_fail "anti-virus of who told none: $(cat "$LAB_DIR/out")"
collector_run report devices --school S1 --format xlsx --output "$LAB_DIR/files/devices.xlsx" >/dev/null && [ -s "$LAB_DIR/files/devices.xlsx" ] || lab_fail "no sheet"

echo "- nonsense, bombs, and what is too large are refused with words, and the rest goes on"
echo '{"content": 7}' >"$LAB_DIR/bad1.json"
echo '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><REQUEST><CONTENT><HARDWARE><NAME>&b;</NAME></HARDWARE></CONTENT></REQUEST>' >"$LAB_DIR/bad2.xml"
head -c 3000 "$LAB_DIR/fusion.xml" >"$LAB_DIR/bad3.xml"
head -c 9000000 /dev/zero | tr '\0' ' ' >"$LAB_DIR/bad4.json"
: >"$LAB_DIR/bad5.json"
python3 -c "print('<a>' * 50 + '</a>' * 50)" >"$LAB_DIR/bad6.xml"
! take S1 "$LAB_DIR"/bad*.{json,xml} "$LAB_DIR/pc1.json" >"$LAB_DIR/out" 2>"$LAB_DIR/err" || lab_fail "nonsense was taken"
[ "$(grep -c '^parta-collector: ' "$LAB_DIR/err")" -eq 6 ] || lab_fail "they were refused so: $(cat "$LAB_DIR/err")"
grep -q "^0 imported, 1 imported already, 6 refused" "$LAB_DIR/out" || lab_fail "the rest did not go on: $(cat "$LAB_DIR/out")"
! take nowhere "$LAB_DIR/pc1.json" 2>"$LAB_DIR/err" || lab_fail "a school that is not there was imported to"
grep -q "is not known" "$LAB_DIR/err" || lab_fail "it said: $(cat "$LAB_DIR/err")"

echo "- nobody's name, stick or process is kept, and no agent appears"
[ "$(collector_sql "SELECT count(*) FROM core.device_evidence WHERE value ~* 'E0D55EA573|Redmi|wtmp' OR key ~ 'user|login|process'")" = 0 ] || lab_fail "people are kept"
is 0 collector_sql "SELECT count(*) FROM api.agent_list" || lab_fail "an agent appeared"
echo "FusionInventory: $programs programs, $(said nb-7 software) kept; $(wc -c <"$LAB_DIR/fusion.xml") bytes"
