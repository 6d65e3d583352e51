/* Finds a product by the identifier that its maker gave it (product.h), in one text that is
 * searched from its beginning: a device is looked up once. */
#include "common/classify/product.h"

#include <stdio.h>
#include <string.h>

#include "common/text.h"

enum { KEY_SIZE = 64, NAME_SIZE = 64 };

void
product_of_oid(const char *oid, char *ret, size_t size)
{
	static const char root[] = "1.3.6.1.4.1.";
	char key[KEY_SIZE], name[NAME_SIZE];
	const char *row;
	int len;

	*ret = '\0';
	oid += *oid == '.';
	if (strncmp(oid, root, sizeof(root) - 1) != 0)
		return;
	len = snprintf(key, sizeof(key), "\n%s\t", oid + sizeof(root) - 1);
	if (len < 0 || (size_t)len >= sizeof(key))
		return;
	row = strstr(product_table, key);
	if (!row)
		return;
	row += len;
	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(row, "\n"), row);
	(void)text_copy(ret, size, name);
}
