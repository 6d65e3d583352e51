/*
 * Reports to bytes and back: the only pack and unpack calls of both programs.
 * A body is zstd over varint-length-delimited reports (proto/README.md).
 */
#ifndef PARTA_COMMON_WIRE_REPORT_CODEC_H
#define PARTA_COMMON_WIRE_REPORT_CODEC_H

#include <stddef.h>
#include <stdint.h>

#include "common/arena.h"
#include "common/bytes.h"

struct ProtobufCMessage;
struct ProtobufCMessageDescriptor;

/* Any message of parta.v1 appended to ret. 0, -EFBIG, -ENOMEM. */
int wire_pack(const struct ProtobufCMessage *message, struct bytes *ret);

/*
 * Reads a message into the arena; *ret lives as long as the arena. Before memory
 * is taken the bytes are walked: nesting beyond WIRE_DEPTH_MAX, a length past
 * the end, or an unknown wire type is -EBADMSG; an arena too small is -EFBIG.
 * Texts that are not UTF-8 are -EBADMSG.
 */
int wire_unpack(const struct ProtobufCMessageDescriptor *type, struct arena *arena,
    const void *bytes, size_t len, struct ProtobufCMessage **ret);

/* One packed report, preceded by its varint length. */
int wire_frame(struct bytes *body, const void *report, size_t len);
/* The next framed report of an inflated body; 0, -ENODATA at the end, -EBADMSG. */
int wire_next(const uint8_t **at, size_t *left, const uint8_t **ret, size_t *ret_len);

/* zstd. inflate refuses what claims or turns out to be above limit: -EFBIG; ruined: -EBADMSG.
 */
int wire_deflate(const void *bytes, size_t len, struct bytes *ret);
int wire_inflate(const void *bytes, size_t len, size_t limit, struct bytes *ret);

#endif
