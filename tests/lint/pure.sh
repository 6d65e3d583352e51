#!/usr/bin/env bash
# Purity is proved by the linker: what a pure object asks for is given by another pure object, or is one of the few functions
# of libc that read no clock, file, socket or environment.
set -u
objects=${1:-build/release}
libc='^(mem(cpy|move|set|cmp|chr|mem)|str(len|nlen|cmp|ncmp|chr|rchr|str|spn|cspn|pbrk|casecmp|ncasecmp|casestr|sep|toll|toull|tol|toul|tod|dup|ndup)|'\
'__isoc23_strto(l|ul|ll|ull)|__(mem|str|snprintf|vsnprintf|fprintf|vfprintf)[a-z]*_chk|v?snprintf|v?fprintf|fputs?|fputc|putc|fwrite|'\
'(m|c|re)alloc|reallocarray|free|qsort|bsearch|abort|__errno_location|__stack_chk_fail|inet_(pton|ntop)|bcmp|to(lower|upper)|is[a-z]+|'\
'__ctype_(b|tolower|toupper)_loc|strerror_r|__xpg_strerror_r|sqrt|log|log2|log10|exp|pow|fabs|floor|ceil|round|lround|fmod|erf|erfc|lgamma|'\
'_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|gcov)_.*|XML_[A-Za-z]*|protobuf_c_.*|ZSTD_.*|parta__v1__.*)$'
bad=0
pure=()
while read -r pattern; do
	case $pattern in '' | '#'*) continue ;; esac
	for object in "$objects"/$pattern; do
		if [ -f "$object" ]; then
			pure+=("$object")
		else
			echo "pure.txt: there is no $object"
			bad=1
		fi
	done
done <"$(dirname "$0")/pure.txt"
given=$(nm --defined-only "${pure[@]}" | awk 'NF == 3 {print $3}' | sort -u)
for object in "${pure[@]}"; do
	while read -r symbol; do
		[[ $symbol =~ $libc ]] || grep -qxF "$symbol" <<<"$given" || {
			echo "$object: a pure file may not call $symbol"
			bad=1
		}
	done < <(nm -u "$object" | awk '{print $2}')
done
exit $bad
