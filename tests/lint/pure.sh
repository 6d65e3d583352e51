#!/usr/bin/env bash
# Purity is proved by the linker: what a pure object asks of libc is on a short list, so it reads no clock, file, socket or environment.
set -u
objects=${1:-build/release}
allowed='^(mem(cpy|move|set|cmp|chr|mem)|str(len|nlen|cmp|ncmp|chr|rchr|str|spn|cspn|pbrk|casecmp|ncasecmp|casestr|toll|toull|tol|toul|tod|dup)|__isoc23_strto(l|ul|ll|ull)|'\
'__(mem|str|snprintf|vsnprintf|fprintf|vfprintf)[a-z]*_chk|v?snprintf|v?fprintf|fputs?|fputc|putc|fwrite|(m|c|re)alloc|free|qsort|bsearch|abort|'\
'__errno_location|__stack_chk_fail|inet_(pton|ntop)|bcmp|to(lower|upper)|is[a-z]+|__ctype_b_loc|__ctype_to(lower|upper)_loc|strerror_r|__xpg_strerror_r|'\
'sqrt|log|log2|log10|exp|pow|fabs|floor|ceil|round|lround|fmod|erf|erfc|lgamma|isnan|'\
'_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|gcov)_.*|protobuf_c_.*|parta__v1__.*)$'
ours='^(address|arena|bytes|text|mac|sighting|decoder?|frame|evidence|classify|classification|rules?|vendor|class|device|inventory|identity|identifier|speed|ladder|outage|connectivity|filter|calendar|clock_local_of|report|wire|check|route|router|lldp|mdns|arp|cursor|token|bucket|limit|peek|admission|devices|ingest|enrol|health|measure)(_|$)'
bad=0 seen=0
while read -r pattern; do
	case $pattern in '' | '#'*) continue ;; esac
	for object in "$objects"/$pattern; do
		[ -f "$object" ] || continue
		seen=$((seen + 1))
		while read -r symbol; do
			[[ $symbol =~ $allowed ]] || [[ $symbol =~ $ours ]] && continue
			echo "$object: a pure file may not call $symbol"
			bad=1
		done < <(nm -u "$object" | awk '{print $2}')
	done
done <"$(dirname "$0")/pure.txt"
[ "$seen" -gt 0 ] || { echo "pure.sh: no object found below $objects, build first"; exit 1; }
exit $bad
