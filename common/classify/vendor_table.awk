# Makes the tables of makers from Debian's ieee-data and libwireshark-data:
#   awk -f vendor_table.awk oui.csv mam.csv oui36.csv enterprises.tsv > vendor_table.c
# The same input gives the same output: rows are sorted, nothing tells the time or the place.

BEGIN {
	pool = 0
	for (i = 0; i < 16; i++)
		digit[substr("0123456789ABCDEF", i + 1, 1)] = i
}

# Cuts the next cell of a CSV line off `rest`.
function cell(    at, text) {
	if (substr(rest, 1, 1) != "\"") {
		at = index(rest, ",")
		text = at ? substr(rest, 1, at - 1) : rest
		rest = at ? substr(rest, at + 1) : ""
		return text
	}
	text = ""
	rest = substr(rest, 2)
	while ((at = index(rest, "\"")) > 0) {
		text = text substr(rest, 1, at - 1)
		rest = substr(rest, at + 1)
		if (substr(rest, 1, 1) != "\"")
			break
		text = text "\""
		rest = substr(rest, 2)
	}
	rest = substr(rest, 2)
	return text
}

# The place of a name in the pool of names; every name stands there once.
function place(name) {
	gsub(/[\001-\037]/, " ", name)
	gsub(/  +/, " ", name)
	sub(/^ +/, "", name)
	sub(/ +$/, "", name)
	if (name == "" || name == "Private")
		return -1
	if (!(name in where)) {
		where[name] = pool
		names[++n_names] = name
		pool += length(name) + 1
	}
	return where[name]
}

function number(hex,    i, value) {
	value = 0
	for (i = 1; i <= length(hex); i++)
		value = value * 16 + digit[toupper(substr(hex, i, 1))]
	return value
}

# Awks differ in what a backslash means to gsub(); so character by character.
function literal(text,    i, c, out) {
	out = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		out = out (c == "\\" || c == "\"" || c == "?" ? "\\" c : c)
	}
	return "\"" out "\\0\""
}

# Sorts rows[1..n] by their number: a heap, because POSIX awk has no sort.
function sift(from, to,    child, row, value) {
	row = rows[from]
	value = keys[row]
	while ((child = from * 2) <= to) {
		if (child < to && keys[rows[child + 1]] > keys[rows[child]])
			child++
		if (keys[rows[child]] <= value)
			break
		rows[from] = rows[child]
		from = child
	}
	rows[from] = row
}

function table(kind, name, type,    i, n, row) {
	n = 0
	for (i = 1; i <= n_rows[kind]; i++)
		rows[++n] = kind SUBSEP i
	for (i = int(n / 2); i >= 1; i--)
		sift(i, n)
	for (i = n; i > 1; i--) {
		row = rows[1]
		rows[1] = rows[i]
		rows[i] = row
		sift(1, i - 1)
	}
	printf "\nconst struct %s %s[] = {\n", type, name
	for (i = 1; i <= n; i++)
		if (i == 1 || keys[rows[i]] != keys[rows[i - 1]])
			printf "{%.0f,%d},\n", keys[rows[i]], at[rows[i]]
	printf "};\nconst size_t %s_count = sizeof(%s) / sizeof(%s[0]);\n", name, name, name
}

function keep(kind, key, name,    p) {
	p = place(name)
	if (p < 0)
		return
	n_rows[kind]++
	keys[kind SUBSEP n_rows[kind]] = key
	at[kind SUBSEP n_rows[kind]] = p
}

FILENAME ~ /\.csv$/ {
	rest = $0
	kind = cell()
	prefix = cell()
	name = cell()
	if (kind == "MA-L" || kind == "MA-M" || kind == "MA-S")
		keep(kind, number(prefix), name)
	next
}

/^[0-9]+\t/ {
	split($0, part, "\t")
	sub(/[ \t]*#.*/, "", part[2])
	keep("PEN", part[1] + 0, part[2])
}

END {
	print "/* Made by vendor_table.awk from ieee-data and libwireshark-data. */"
	print "#include \"common/classify/vendor_table.h\""
	table("MA-L", "vendor_mal", "vendor_row")
	table("MA-M", "vendor_mam", "vendor_row")
	table("MA-S", "vendor_mas", "vendor_long_row")
	table("PEN", "vendor_enterprise", "vendor_row")
	print "\nconst char vendor_names[] ="
	for (i = 1; i <= n_names; i++)
		print literal(names[i])
	print ";"
}
