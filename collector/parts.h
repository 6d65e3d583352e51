/*
 * What the parts of the service share. Which parts there are and in what order is
 * collector.c's; those that fill a file of their own are named here.
 */
#ifndef PARTA_COLLECTOR_PARTS_H
#define PARTA_COLLECTOR_PARTS_H

#include "collector/collector.h"
#include "collector/http/health.h"
#include "collector/http/server.h"
#include "collector/page/facts.h"
#include "common/address.h"

struct access;
struct authority;
struct clerk;
struct cluster;
struct enrol;
struct http_server;
struct ingest;
struct live;
struct loop;
struct loop_event;
struct measure;
struct ndt7;
struct roll;
struct rollup;
struct rules;
struct site;
struct delivery;
struct watch;

enum {
	LISTENERS = 4,
	PAGE_ALWAYS_MAX = 8,
	MEASURE_CONNECTIONS = 512,
	PAGE_CONNECTIONS = 1024, /* half of them may be browsers that wait for live changes */
};

struct collector {
	struct collector_settings settings;
	const char *config;
	size_t started;
	struct cluster *cluster;
	const char *conninfo;
	struct rules *rules;
	struct authority *authority;
	struct roll *roll;
	struct clerk *clerk;
	struct ingest *ingest;
	struct rollup *rollup;
	struct enrol *enrol;
	struct measure *measure;
	struct ndt7 *ndt7;
	struct watch *watch;
	struct delivery *delivery;
	struct site *site;
	struct access *access;
	struct address_range proxies[OPTION_LIST_MAX];
	char hsts[32];
	struct http_always page_always[PAGE_ALWAYS_MAX];
	struct live *live;
	struct page_facts facts;
	struct health health;
	struct http_services services;
	struct http_server *servers[LISTENERS];
	struct loop *loop;
	struct loop_event *tick, *events[3];
	uint64_t identity_at_ms, trim_at_ms;
	_Atomic uint64_t house_at_ms;
};

/* https, the first name and the port of a listener. */
void collector_own_url(
    const struct collector_settings *settings, const char *listener, char ret[static 256]);

/* What the page is made of (part_page.c): its files, its workers, what it tells of itself, its
 * live changes. */
int site_begin(struct collector *c);
void site_end(struct collector *c);
int access_begin(struct collector *c);
void access_end(struct collector *c);
int facts_begin(struct collector *c);
void facts_end(struct collector *c);
int live_begin(struct collector *c);
void live_end(struct collector *c);

/* The measuring endpoint and its records (part_measure.c). */
int measure_begin(struct collector *c);
void measure_end(struct collector *c);
void measure_reload(struct collector *c);

/* What listens (part_listen.c). */
int listeners_start(struct collector *c);
void listeners_stop(struct collector *c);
void limits_apply(struct collector *c); /* what SIGHUP may change of them */

#endif
