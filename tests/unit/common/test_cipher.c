/* How fast ciphers are here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/cipher.h"

static void
tries_the_ciphers_of_tls(void **state)
{
	(void)state;
	assert_true(cipher_mbps("TLS_AES_256_GCM_SHA384") > 1);
	assert_true(cipher_mbps("TLS_CHACHA20_POLY1305_SHA256") > 1);
	assert_true(cipher_mbps("ECDHE-RSA-AES128-GCM-SHA256") > 1);
}

static void
knows_nothing_of_others(void **state)
{
	(void)state;
	assert_true(cipher_mbps("") <= 0);
	assert_true(cipher_mbps("ROT13") <= 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tries_the_ciphers_of_tls),
	    cmocka_unit_test(knows_nothing_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
