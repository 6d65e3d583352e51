/* The collector's own end of a throughput test. */
#include <errno.h>
#include <string.h>

#include "collector/store/session.h"
#include "collector/store/store.h"
#include "common/cleanup.h"

int
store_measured(struct store *store, const struct store_stream *stream)
{
	struct call *call = &store->call;
	struct array *samples;

	call_start(call);
	call_uuid(call, stream->test_id);
	call_text(call, stream->upload ? "up" : "down");
	call_time(call, stream->started_ms);
	call_count(call, stream->size_bytes);
	call_number(call, stream->duration_s);
	call_text(call, stream->client);
	call_text(call, stream->protocol);
	call_text(call, stream->congestion);
	call_count(call, stream->rate_bps);
	call_number(call, stream->cpu_pct);
	call_int(call, ARRAY_INTEGER, stream->sample_ms);
	call_count(call, stream->first_sample);
	samples = call_column(call, ARRAY_BIGINT);
	for (size_t i = 0; i < stream->n_samples; i++)
		array_add_int(samples, stream->samples[i]);
	call_text(call, stream->tcp);
	return session_errno(call_run(call, store->db, STATEMENT_MEASURED, NULL));
}

int
store_recall(struct store *store, const uint8_t test_id[static 16], char **ret)
{
	CLEANUP(db_free_at) struct pg_result *rows = NULL;
	char *text;
	int r;

	call_start(&store->call);
	call_uuid(&store->call, test_id);
	r = call_run(&store->call, store->db, STATEMENT_MEASURED_OF, &rows);
	if (r < 0)
		return session_errno(r);
	text = strdup(db_field(rows, 0, 0));
	if (!text)
		return -ENOMEM;
	*ret = text;
	return 0;
}
