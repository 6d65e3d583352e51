// Замер скорости: what one test found in each direction, what limited it, how it went, and what the server itself noted.

import { el, replace } from "../lib/dom.js";
import { bar, sampleBars } from "../lib/draw.js";
import { failureText } from "../lib/failure.js";
import { mbps, megabytes, ms, NONE, number, percent, time } from "../lib/format.js";
import { get } from "../lib/http.js";
import { t } from "../lib/i18n.js";
import { link } from "../lib/route.js";
import { badge } from "../lib/state.js";
import { word } from "../lib/words.js";
import { head, schoolLink } from "./links.js";

const AGAIN = ["streams", "server", "long"]; // steps that confirm a fail

export function speedLink(row) {
	return el("a", { href: link("speed", `${row.agent_id}/${row.test_id}`), class: "when" }, time(row.started_at, row.time_zone));
}

const pairs = (rows) => el("dl", { class: "pairs" }, rows.filter(Boolean).map(([name, ...value]) => [el("dt", {}, name), el("dd", {}, value)]));

// ---------------------------------------------------------------- one direction

// The verdict as a sentence that a director understands.
function sentence(row, runs) {
	const last = runs[runs.length - 1];
	const again = runs.filter((run) => AGAIN.includes(run.step)).length;
	const cause = last && last.cause && word("speed_cause", last.cause);
	if (row.verdict === "pass" || row.verdict === "passive") return row.target_mbps === null ? "" : t("speed.passed", { target: mbps(row.target_mbps) });
	if (row.verdict === "fail_isp") return again ? t("speed.failed_again", { n: again }) : t("speed.failed");
	return cause ? t("speed.says_nothing", { cause }) : t("speed.no_verdict");
}

function shape(run, target) {
	const values = run.sample_mbps || [];
	if (values.length === 0) return null;
	const counted = values.slice(run.warmup_samples);
	const words = t("speed.samples_words", { n: values.length, ms: run.sample_ms, least: mbps(Math.min(...counted, ...(counted.length ? [] : values))), most: mbps(Math.max(...values)) });
	return el("figure", {}, sampleBars(values, run.warmup_samples, target, words), el("figcaption", { class: "hint" }, words));
}

// What the kernel told of the streams several times a second.
function tcp(samples) {
	if (!samples || samples.length === 0) return null;
	const times = samples.map((one) => one[2]).filter((us) => us > 0).sort((a, b) => a - b);
	const cells = (one) => [number(one[0] / 1000, 2), one[1], one[2] ? number(one[2] / 1000, 1) : NONE, one[3], one[4], number(one[5] / 1e6, 1), number((one[6] * 8) / 1e6, 0)];
	const titles = [t("speed.tcp_at"), t("speed.tcp_stream"), t("speed.tcp_rtt"), t("speed.tcp_window"), t("speed.tcp_again"), t("speed.tcp_sent"), t("speed.tcp_rate")];
	return el("details", {}, el("summary", {}, t("speed.tcp", { n: samples.length }), times.length > 0 && ` · ${t("speed.tcp_median", { value: ms(times[times.length >> 1] / 1000) })}`),
		el("div", { class: "scroll tall", tabindex: "0", role: "region", "aria-label": t("speed.tcp", { n: samples.length }) }, el("table", { class: "plain" },
			el("caption", { class: "unseen" }, t("speed.tcp", { n: samples.length })),
			el("thead", {}, el("tr", {}, titles.map((one) => el("th", { scope: "col", class: "number" }, one)))),
			el("tbody", {}, samples.map((one) => el("tr", {}, cells(one).map((value) => el("td", { class: "number" }, String(value)))))))));
}

function runPart(run, target, several) {
	return el("section", { class: "run" }, several && el("h3", {}, word("speed_step", run.step)),
		several && el("p", { class: "verdicts" }, el("strong", {}, mbps(run.ip_mbps)), badge("speed_verdict", run.verdict), run.cause && el("span", {}, word("speed_cause", run.cause))),
		shape(run, target),
		pairs([
			several && [t("speed.server"), run.server.replace("https://", "")],
			[t("speed.streams"), number(run.streams)],
			run.rpm !== null && [t("speed.rpm"), t("speed.rpm_value", { n: number(run.rpm, 0) }), run.rpm_confidence && ` · ${t("speed.rpm_confidence", { value: word("rpm_confidence", run.rpm_confidence) })}`],
			run.line_mbps !== null && [t("speed.line"), mbps(run.line_mbps)]]),
		tcp(run.tcp_samples));
}

// The server's count beside the agent's: it speaks of the same bytes and knows nothing of the agent's.
function serverRecord(row, raw) {
	const record = (raw && raw.server_record) || [];
	if (record.length === 0) return [t("speed.server_record"), t("speed.no_server_record")];
	const bytes = record.reduce((sum, one) => sum + one[1], 0);
	const apart = row.size_bytes ? (100 * Math.abs(bytes - row.size_bytes)) / Math.max(bytes, row.size_bytes) : null;
	return [t("speed.server_record"), t("speed.both", { server: megabytes(bytes), agent: megabytes(row.size_bytes), apart: percent(apart) })];
}

// What TCP told the server of a download: start, bytes, seconds, congestion control, bytes sent, bytes sent again, min_rtt_us of each stream.
function serverTcp(raw) {
	const told = ((raw && raw.server_record) || []).filter((one) => one[4] > 0);
	if (told.length === 0) return null;
	const sum = (at) => told.reduce((all, one) => all + one[at], 0);
	const least = told.map((one) => one[6]).filter((us) => us > 0);
	return [t("speed.server_tcp"), [t("speed.sent_again", { share: percent((100 * sum(5)) / sum(4)) }), least.length > 0 && t("speed.rtt_from", { value: ms(Math.min(...least) / 1000) }), told[0][3]].filter(Boolean).join(", ")];
}

function directionPart(row, runs, raw) {
	const streams = (raw && raw.streams) || [];
	const least = streams.map((one) => one[1]).filter((us) => us > 0);
	return el("section", { class: "panel w6" },
		el("div", { class: "panel-head" }, el("h2", {}, row.direction === "up" ? t("school.up") : t("school.down")), badge("speed_verdict", row.verdict)),
		el("div", { class: "meter" }, el("div", { class: "line" }, el("span", { class: "big" }, mbps(row.ip_mbps)), row.target_mbps !== null && el("span", {}, t("speed.target", { value: mbps(row.target_mbps) }))),
			bar(row.ip_mbps, Math.max(row.ip_mbps, row.target_mbps || 0) * 1.05, [{ at: row.target_mbps }], ["pass", "passive"].includes(row.verdict))),
		el("p", { class: "field" }, sentence(row, runs)),
		runs.length === 0 && el("p", { class: "hint field" }, t("speed.no_runs")),
		runs.slice(0, 1).map((run) => runPart(run, row.target_mbps, runs.length > 1)),
		runs.length > 1 && el("details", { class: "run" }, el("summary", {}, t("speed.again", { n: runs.length - 1 })), runs.slice(1).map((run) => runPart(run, row.target_mbps, true))),
		pairs([
			[t("speed.confidence"), percent(100 * row.confidence)], [t("speed.goodput"), mbps(row.goodput_mbps)],
			[t("speed.size"), t("speed.size_value", { size: megabytes(row.size_bytes), seconds: number(row.duration_s, 1) })],
			least.length > 0 && [t("speed.min_rtt"), ms(Math.min(...least) / 1000)],
			streams.length > 0 && [t("speed.retransmits"), number(streams.reduce((sum, one) => sum + one[2], 0))],
			serverRecord(row, raw), serverTcp(raw)]));
}

// ---------------------------------------------------------------- all of it

function circumstances(row, raw) {
	const address = raw && raw.server_address;
	return el("section", { class: "panel w12" }, el("h2", {}, t("speed.how")), pairs([
		[t("speed.server"), el("code", {}, row.server), address && ` · ${address} · ${address.includes(":") ? "IPv6" : "IPv4"}`],
		[t("speed.backend"), row.backend], raw && raw.congestion_control && [t("speed.congestion"), raw.congestion_control],
		[t("speed.latency"), t("speed.latency_value", { idle: ms(row.latency_idle_ms), loaded: ms(row.latency_loaded_ms) })],
		[t("speed.loss"), percent(row.loss_pct)],
		raw && raw.lan_speed_mbps && [t("speed.port"), mbps(raw.lan_speed_mbps)],
		raw && raw.cpu_pct !== null && [t("speed.cpu"), percent(raw.cpu_pct)],
		raw && raw.agent_version && [t("speed.agent"), raw.agent_version],
		raw && raw.clock_synchronised === false && [t("speed.clock"), t("speed.clock_wrong")]]),
	el("p", { class: "hint" }, t("speed.evidence")));
}

async function drawTest(place, [agent, test], titled) {
	const whose = { agent_id: agent, test_id: test };
	const [found, runs, raw] = agent && test
		? await Promise.all([get("speed", whose), get("speed_runs", { ...whose, sort: "run" }), get("speed_raw", whose)])
		: [{ rows: [] }];
	const row = found.rows[0];
	if (!row) {
		replace(place, el("div", { class: "panel empty" }, el("h1", {}, t("speed.absent")), el("p", { class: "hint" }, t("speed.absent_hint"))));
		return;
	}
	const school = (await get("schools", { school: row.school, limit: 1 })).rows[0];
	const of = (rows, direction) => rows.filter((one) => one.direction === direction);
	titled(t("speed.title", { time: time(row.started_at, row.time_zone) }));
	replace(place, head(t("speed.title", { time: time(row.started_at, row.time_zone) }),
		[schoolLink(row.school, school && school.name), row.lesson && ` · ${word("lesson", row.lesson)}`]),
	el("div", { class: "grid" }, ["down", "up"].flatMap((direction) => of(found.rows, direction)).map((one) => directionPart(one, of(runs.rows, one.direction), of(raw.rows, one.direction)[0])), circumstances(row, raw.rows[0])));
}

export function speedScreen({ argument, titled }) {
	const place = el("div", { "aria-busy": "true" });
	titled(t("speed.test"));
	drawTest(place, argument.split("/"), titled)
		.catch((error) => replace(place, el("h1", {}, t("speed.test")), el("p", { class: "failure", role: "alert" }, failureText(error))))
		.finally(() => place.removeAttribute("aria-busy"));
	return place;
}
