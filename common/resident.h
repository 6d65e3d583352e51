/* Memory that only the start of a process needed. */
#ifndef PARTA_COMMON_RESIDENT_H
#define PARTA_COMMON_RESIDENT_H

/*
 * Lets go of the pages of programs and libraries that were touched so far and not
 * written to: most of them served the dynamic linker and initialisations alone. What
 * is needed again comes back from the page cache.
 */
void resident_release(void);

#endif
