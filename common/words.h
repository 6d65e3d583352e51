/*
 * The words of tables that people read, in English and Russian: titles of
 * columns, device classes, verdicts. Keys and enum values on the wire, in JSON
 * and in CSV are never translated. Pure but for words_language().
 */
#ifndef PARTA_COMMON_WORDS_H
#define PARTA_COMMON_WORDS_H

enum language { LANGUAGE_EN, LANGUAGE_RU };

/* By the first of LC_ALL, LC_MESSAGES and LANG that is set and not empty: "ru", "ru_RU.UTF-8",
 * ... is Russian, all else English. The locale itself need not be generated on the machine. */
enum language words_language(void);
/* The same of one such value; NULL is English. */
enum language words_language_of(const char *locale);

/* The words for a key in THE LIST (words.c), titles in lower case. A key may be scoped
 * ("speed.pass"): where no such row stands, the part after the first dot is looked up; where
 * none stands at all, it is its own words (and then lives as long as the caller's key). */
const char *words_of(enum language language, const char *key);

#endif
