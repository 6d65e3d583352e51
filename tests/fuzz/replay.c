/* Gives each named file to a fuzz harness once: libFuzzer's replay for a build without
 * libFuzzer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0;
	long end = -1;

	if (file && fseek(file, 0, SEEK_END) == 0)
		end = ftell(file);
	if (end >= 0)
		data = malloc((size_t)end + 1); /* never empty, so never NULL */
	if (data && fseek(file, 0, SEEK_SET) == 0)
		size = fread(data, 1, (size_t)end, file);
	if (data && size == (size_t)end) {
		data = realloc(
		    data, size ? size : 1); /* exact, so that a read past the end is seen */
		(void)LLVMFuzzerTestOneInput(data, size);
	}
	if (file)
		(void)fclose(file);
	free(data);
	if (end >= 0 && size == (size_t)end)
		return 0;
	perror(path);
	return 1;
}

int
main(int argc, char *argv[])
{
	int failed = 0;

	for (int i = 1; i < argc; i++)
		failed |= replay(argv[i]);
	(void)printf("%s: %d inputs\n", argv[0], argc - 1);
	return failed;
}
