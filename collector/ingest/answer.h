/* Replies with messages of parta.v1 in them. */
#ifndef PARTA_COLLECTOR_INGEST_ANSWER_H
#define PARTA_COLLECTOR_INGEST_ANSWER_H

#include "collector/http/message.h"

struct ProtobufCMessage;

#define ANSWER_TYPE "application/x-protobuf"

/* Status 200 and the message; 503 when there is no memory for it. */
void answer_message(const struct ProtobufCMessage *message, struct http_reply *ret);

/* A refusal with an ErrorAnswer in it. */
void answer_refusal(
    unsigned status, const char *code, const char *reason, struct http_reply *ret);

/* 503: come again in some seconds, not all at once. */
void answer_later(const char *code, const char *reason, struct http_reply *ret);

#endif
