/* Supplies of type Mains, and whether one of them is online (Documentation/ABI/testing/
 * sysfs-class-power). */
#include "agent/probe/mains.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "common/cleanup.h"

enum { WORD_SIZE = 16 };

/* The first word of a file of a supply; "" when it cannot be read. */
static void
read_word(const char *folder, const char *supply, const char *name, char ret[static WORD_SIZE])
{
	CLEANUP(fclose_at) FILE *file = NULL;
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s/%s", folder, supply, name);
	file = fopen(path, "re");
	if (!file || !fgets(ret, WORD_SIZE, file))
		ret[0] = '\0';
	ret[strcspn(ret, "\n")] = '\0';
}

enum mains
mains_now(const char *folder)
{
	enum mains mains = MAINS_UNKNOWN;
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	char type[WORD_SIZE], online[WORD_SIZE];

	while (dir && mains != MAINS_ON && (entry = readdir(dir))) {
		read_word(folder, entry->d_name, "type", type);
		if (strcmp(type, "Mains") != 0)
			continue;
		read_word(folder, entry->d_name, "online", online);
		if (online[0])
			mains = strcmp(online, "0") == 0 ? MAINS_OFF : MAINS_ON;
	}
	if (dir)
		(void)closedir(dir);
	return mains;
}
