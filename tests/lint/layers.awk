# Reads layers.txt, then C files: each #include must be allowed for the room the file lives in.
function room_of(path, best, r) {
	best = ""
	for (r in rooms)
		if (index(path, r "/") == 1 && length(r) > length(best))
			best = r
	return best
}
function allowed(word, list, i, n, words) {
	n = split(list, words, " ")
	for (i = 1; i <= n; i++)
		if (words[i] == word)
			return 1
	return 0
}
# A header named in <> or generated: is it of a library that only some rooms may use?
function library_of(header, l) {
	for (l in libraries)
		if (header == l || header == l ".h" || index(header, l "/") == 1)
			return l
	return ""
}
FNR == NR {
	if ($0 ~ /^#/ || $0 !~ /:/)
		next
	split($0, part, ":")
	gsub(/^[ \t]+|[ \t]+$/, "", part[1])
	rooms[part[1]] = part[2]
	uses[part[1]] = part[3]
	n = split(part[3], words, " ")
	for (i = 1; i <= n; i++)
		libraries[words[i]] = 1
	next
}
FNR == 1 { here = room_of(FILENAME) }
/^#[ \t]*include[ \t]*"/ {
	split($0, quoted, "\"")
	target = quoted[2]
	lib = library_of(target)
	if (lib != "") {
		if (!allowed(lib, uses[here])) {
			printf "%s:%d: %s may not use \"%s\"\n", FILENAME, FNR, here, target
			bad = 1
		}
		next
	}
	there = room_of(target)
	if (there != "" && there != here && !allowed(there, rooms[here])) {
		printf "%s:%d: %s may not include %s (%s)\n", FILENAME, FNR, here, there, target
		bad = 1
	}
}
/^#[ \t]*include[ \t]*</ {
	split($0, quoted, /[<>]/)
	lib = library_of(quoted[2])
	if (lib != "" && !allowed(lib, uses[here])) {
		printf "%s:%d: %s may not use <%s>\n", FILENAME, FNR, here, quoted[2]
		bad = 1
	}
}
END { exit bad }
