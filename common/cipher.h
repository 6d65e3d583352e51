/* How fast this machine is at a cipher of TLS: a slow one would pass for a slow line. */
#ifndef PARTA_COMMON_CIPHER_H
#define PARTA_COMMON_CIPHER_H

/* Mbit/s of one processor in records of 16 KiB, tried for ten milliseconds; 0 of "" or a name
 * that is not known. Names are OpenSSL's: "TLS_AES_256_GCM_SHA384". */
double cipher_mbps(const char *name);

#endif
