# Makes the table of products from product.txt:
#   awk -f product_table.awk product.txt > product_table.c
# Its rows "\nIDENTIFIER\tNAME" stand in one text, for strstr().

BEGIN {
	print "/* Made by product_table.awk from product.txt. */"
	print "#include \"common/classify/product.h\""
	print "\nconst char product_table[] ="
}

/^[0-9]/ {
	prefix = $1
	sub(/[0-9]+$/, "", prefix)
	number = substr($1, length(prefix) + 1)
	for (i = 2; i <= NF; i++)
		if ($i != "-")
			printf "\"\\n%s%d\\t%s\"\n", prefix, number + i - 2, $i
}

END {
	print "\"\\n\";"
}
