/* What a page says to a person: its title, and whether it is a page that stands in a blocked
 * one's place. Pure. */
#ifndef PARTA_AGENT_PROBE_PAGE_H
#define PARTA_AGENT_PROBE_PAGE_H

#include <stdbool.h>
#include <stddef.h>

/* The text of <title>, clean UTF-8 with blanks folded; "" when there is none. Reads UTF-8 and
 * Windows-1251. */
void page_title(const void *html, size_t len, char *ret, size_t size);

/*
 * The visible text: without tags, scripts, styles and comments, blanks folded,
 * lower case (ASCII and Cyrillic), clean UTF-8. Returns its length.
 */
size_t page_text(const void *html, size_t len, char *ret, size_t size);

/* The words of a statutory block page (149-FZ, 139-FZ, "access ... limited") in text from
 * page_text(). */
bool page_is_statutory_block(const char *text);

/* A redirect that hides in the page: <meta http-equiv=refresh ...url=...>. "" when there is
 * none. */
void page_meta_refresh(const void *html, size_t len, char *ret, size_t size);

#endif
