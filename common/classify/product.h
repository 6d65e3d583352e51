/*
 * What makers' MIBs call the products whose sysObjectID they give: facts of product.txt, made a
 * table at build time (product_table.awk). Pure.
 */
#ifndef PARTA_COMMON_CLASSIFY_PRODUCT_H
#define PARTA_COMMON_CLASSIFY_PRODUCT_H

#include <stddef.h>

/* Writes the product's name to ret (size bytes); "" when the identifier is in no table. A
 * leading dot is suffered. */
void product_of_oid(const char *oid, char *ret, size_t size);

/* Rows "\nIDENTIFIER\tNAME", the identifier below 1.3.6.1.4.1, and a last line end. */
extern const char product_table[];

#endif
