// Карточка школы: the line against norm and contract, outages and their causes, the filter both ways, equipment, agents.

import { drawSeries } from "../lib/chart.js";
import { el, replace } from "../lib/dom.js";
import { bar, barList, spanTitle, timeline } from "../lib/draw.js";
import { failureText } from "../lib/failure.js";
import { duration, mbps, month, NONE, number, percent, time } from "../lib/format.js";
import { get } from "../lib/http.js";
import { t } from "../lib/i18n.js";
import { watch } from "../lib/live.js";
import { may } from "../lib/rights.js";
import { link, note } from "../lib/route.js";
import { badge } from "../lib/state.js";
import { dataTable } from "../lib/table.js";
import { word } from "../lib/words.js";
import { agentTable, invite } from "./agents.js";
import { alertTable, maintenance } from "./alerts.js";
import { claimPapers } from "./claim.js";
import { examNotices, examsNear, examTable } from "./exams.js";
import { seen } from "./links.js";
import { outageTable } from "./outages.js";
import { editSchool } from "./schools.js";
import { speedLink } from "./speed.js";

const DAY_S = 86400;
const PERIODS = [["day", "school.day", 1], ["week", "school.week", 7], ["month", "school.month", 30], ["year", "school.year", 365]];
const LINES = [["down", "school.down"], ["up", "school.up"], ["latency", "school.latency"], ["loss", "school.loss"], ["availability", "school.availability"]];
const TONES = { provider: "bad", school: "low", destination: "mute", collector: "mute", agent: "mute", unknown: "mute" };

function range(period) {
	const to = Math.ceil(Date.now() / 1000 / 300) * 300;
	return [to - (PERIODS.find(([key]) => key === period) || PERIODS[1])[2] * DAY_S, to];
}

// ---------------------------------------------------------------- the line

function meter(title, value, norm, contract, below) {
	const most = Math.max(value || 0, norm || 0, contract || 0) * 1.05;
	return el("div", { class: "meter" },
		el("div", { class: "line" }, el("span", {}, title), el("span", { class: "big" }, mbps(value))),
		bar(value, most, [{ at: norm }, { at: contract, contract: true }], !(below && value < norm)),
		el("div", { class: "marks" }, el("span", { class: "mark-norm" }, t("school.norm", { value: mbps(norm) })),
			el("span", { class: "mark-contract" }, contract ? t("school.contract", { value: mbps(contract) }) : t("school.no_contract"))));
}

// The share with its 95 % interval, as "86,4 % (66,7–95,3 %)".
function share(row) {
	return t("school.share", { share: number(row.share_down_pct ?? row.share_pct, 1), low: number(row.share_low_pct, 1), high: number(row.share_high_pct, 1) });
}

// What the tests of a direction say of norm and contract.
function verdicts(norm, contract) {
	return el("p", { class: "verdicts" }, el("span", {}, t("school.to_norm"), " ", badge("compliance", norm)),
		el("span", {}, t("school.to_contract"), " ", badge("compliance", contract)));
}

function lineNow(row) {
	const below = ["below", "critical"].includes(row.state); // as the collector judged, within the uncertainty of a test
	const enough = row.enough_for !== null && row.enough_for !== undefined;
	const known = row.share_down_pct !== null && row.share_down_pct !== undefined;
	return el("section", { class: "panel w5" }, el("h2", {}, t("school.line")),
		meter(t("school.down_long"), row.median_down_mbps, row.norm_down_mbps, row.contract_down_mbps, below), verdicts(row.compliance_down, row.contract_compliance_down),
		meter(t("school.up_long"), row.median_up_mbps, row.norm_up_mbps, row.contract_up_mbps, below), verdicts(row.compliance_up, row.contract_compliance_up),
		el("p", {}, enough ? t("school.enough", { n: row.enough_for }) : t("school.enough_unknown")),
		enough && row.pcs > row.enough_for && el("p", { class: "failure" }, t("school.not_enough", { n: row.pcs })),
		el("p", { class: "hint" }, known && [t("school.passed", { share: share(row) }), " "], t("school.samples", { n: row.samples || 0 }),
			row.excluded > 0 && [" ", t("school.excluded", { n: row.excluded })], row.passive > 0 && [" ", t("school.passive", { n: row.passive })]));
}

function figures(row) {
	const one = (name, value, small) => el("div", {}, el("dt", {}, name), el("dd", {}, value, small && el("small", {}, small)));
	return el("section", { class: "panel w7" }, el("h2", {}, t("school.month_figures")), el("dl", { class: "numbers" },
		one(t("school.availability"), percent(row.availability_pct), row.known_pct !== null && t("school.known", { share: percent(row.known_pct) })),
		one(t("school.journal"), percent(row.journal_available_pct), [badge("compliance", row.journal_compliance), " ", t("school.journal_hint", { n: row.long_outages })]),
		one(t("school.outages"), number(row.outages), row.outage_lesson_min ? t("school.lesson_minutes", { time: duration(row.outage_lesson_min * 60) }) : null),
		one(t("school.p5"), mbps(row.p5_down_mbps), t("school.p5_hint")),
		one(t("school.leaks"), number(row.leaks), t("school.leaks_hint")),
		one(t("school.overblocks"), number(row.overblocks), t("school.overblocks_hint")),
		one(t("school.alerts"), number(row.alerts)),
		one(t("school.agents"), number(row.agents), row.agents_silent ? t("summary.silent", { n: row.agents_silent }) : null),
		one(t("school.pcs"), number(row.pcs), t("school.of_devices", { n: row.devices || 0 })),
		one(t("school.pupils"), number(row.pupils), row.pupils && row.pcs ? t("school.per_pc", { n: number(row.pupils / row.pcs, 1) }) : null),
		one(t("school.per_100"), row.mbps_per_100_pupils === null ? NONE : mbps(row.mbps_per_100_pupils))));
}

// ---------------------------------------------------------------- over time

function choice(label, items, now, chosen) {
	const group = el("span", { class: "switch", role: "group", "aria-label": label });
	replace(group, items.map(([key, text]) => el("button", {
		type: "button", "aria-pressed": String(key === now()), "data-value": key,
		onclick() {
			chosen(key);
			for (const button of group.children) button.setAttribute("aria-pressed", String(button.dataset.value === now()));
		},
	}, t(text))));
	return group;
}

function overTime(code, zone, search) {
	let period = search.get("period") || "week";
	let line = search.get("line") || "down";
	const chart = el("div", { class: "chart", "aria-busy": "true" });
	const lanes = el("div", {});
	const keep = () => { search.set("period", period); search.set("line", line); note(search); };

	async function load() {
		const [from, to] = range(period);
		const span = { school: code, from: new Date(from * 1000).toISOString(), to: new Date(to * 1000).toISOString() };
		try {
			const answer = await get("series", { ...span, name: line });
			await drawSeries(chart, line, answer, [from, to], zone);
			await drawOutages(lanes, code, [from, to], answer.lessons, zone);
		} catch (error) {
			replace(chart, el("div", { class: "chart-empty" }, el("p", { class: "failure" }, failureText(error))));
		} finally {
			chart.removeAttribute("aria-busy");
		}
	}
	load();
	watch(["speed", "outages", "schools"], load);
	return el("section", { class: "panel" },
		el("div", { class: "panel-head" }, el("h2", {}, t("school.over_time")),
			choice(t("school.what"), LINES, () => line, (key) => { line = key; keep(); load(); }),
			choice(t("school.period"), PERIODS, () => period, (key) => { period = key; keep(); load(); })),
		chart, el("p", { class: "marks" }, el("span", { class: "mark-norm" }, t("school.mark_norm")), el("span", { class: "mark-contract" }, t("school.mark_contract")), el("span", {}, t("school.mark_lesson"))),
		el("h3", { class: "part" }, t("school.timeline")), lanes);
}

async function drawOutages(place, code, [from, to], lessons, zone) {
	const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
	const answer = await get("outages", { school: code, from: day(from), to: day(to + DAY_S), sort: "onset", limit: 1000 });
	const byClass = new Map();
	for (const row of answer.rows) {
		const begin = new Date(row.onset).getTime() / 1000;
		const end = row.end ? new Date(row.end).getTime() / 1000 : to;
		if (end < from || begin > to) continue;
		if (!byClass.has(row.class)) byClass.set(row.class, { label: word("outage_class", row.class), tone: TONES[row.party] || "mute", spans: [] });
		byClass.get(row.class).spans.push({ from: begin, to: end, title: spanTitle(row) });
	}
	if (byClass.size === 0) {
		replace(place, el("p", { class: "hint" }, t("school.no_outages")));
		return;
	}
	const total = [...byClass.values()].reduce((sum, lane) => sum + lane.spans.length, 0);
	replace(place, timeline(place.clientWidth, [...byClass.values()], [from, to], lessons, zone, t("school.timeline_words", { n: total })));
}

// ---------------------------------------------------------------- filter, equipment

function filterPart(code) {
	const place = el("div", { "aria-busy": "true" });
	get("filter", { school: code }).then((answer) => {
		const row = (expect) => answer.rows.find((one) => one.expect === expect) || { checked: 0, leak: 0, overblock: 0 };
		const block = row("block"), allow = row("allow");
		const line = (title, checked, wrong, outcome) => el("div", { class: "line share" },
			checked ? badge("filter_outcome", wrong ? outcome : "pass") : badge("school_state", "no_data"),
			el("span", {}, title, ": ", t("school.wrong_of", { n: checked, wrong })));
		replace(place, answer.rows.length === 0 ? el("p", { class: "hint" }, t("school.filter_none")) : [
			line(t("school.filter_block"), block.checked, block.leak, "leak"), line(t("school.filter_allow"), allow.checked, allow.overblock, "overblock")]);
	}).catch((error) => replace(place, el("p", { class: "failure" }, failureText(error)))).finally(() => place.removeAttribute("aria-busy"));
	const table = dataTable({
		list: "filter_observations", caption: t("school.filter"), fixed: { school: code }, sort: "-observed_at", limit: 10,
		columns: [{ key: "url", heading: true, cell: (value) => el("code", {}, value) }, "expect", "verdict", "outcome", { key: "observed_at", cell: seen }],
		filters: [{ column: "outcome", kind: "words" }],
		empty: { text: t("school.filter_none") },
	});
	return el("section", { class: "w7" }, el("div", { class: "panel" }, el("h2", {}, t("school.filter")), place), el("div", { class: "below" }, table.node));
}

function equipmentPart(code) {
	const place = el("div", { "aria-busy": "true" });
	get("equipment", { school: code, sort: "-count", limit: 100 }).then((answer) => {
		replace(place, answer.rows.length === 0 ? el("p", { class: "hint" }, t("equipment.empty_hint"))
			: barList(answer.rows.map((row) => ({ label: word("device_class", row.class), value: row.count, href: link("equipment", "devices", { school: code, class: row.class }) }))));
	}).catch((error) => replace(place, el("p", { class: "failure" }, failureText(error)))).finally(() => place.removeAttribute("aria-busy"));
	return el("section", { class: "panel w5" }, el("div", { class: "panel-head" }, el("h2", {}, t("school.equipment")),
		el("a", { href: link("equipment", "devices", { school: code }) }, t("school.all_devices"))), place);
}

function speedPart(code) {
	return part(t("school.speed"), dataTable({
		list: "speed", caption: t("school.speed"), fixed: { school: code }, sort: "-started_at", limit: 10,
		columns: [{ key: "started_at", heading: true, cell: (value, row) => speedLink(row) }, "direction", "ip_mbps", "target_mbps", "verdict", "lesson", "latency_idle_ms"],
		filters: [{ column: "direction", kind: "words" }, { column: "verdict", kind: "words" }, { kind: "days" }],
		empty: { text: t("school.no_speed"), hint: t("school.no_speed_hint") },
	}));
}

function monthPart(code) {
	return part(t("school.months"), dataTable({
		list: "line_months", caption: t("school.months"), fixed: { school: code }, sort: "-month,direction", limit: 12, preset: { lesson: ["lesson"], direction: ["down"] },
		columns: [{ key: "month", heading: true, cell: (value) => month(value, "long") }, "direction", "lesson", "median_mbps", "p5_mbps", "norm_mbps", "contract_mbps", "samples",
			{ key: "share_pct", cell: (value, row) => (value === null ? NONE : share(row)) },
			{ key: "compliance", cell: (value) => badge("compliance", value) }, { key: "contract_compliance", cell: (value) => badge("compliance", value) }, "excluded", "passive"],
		filters: [{ column: "lesson", kind: "words" }, { column: "direction", kind: "words" }, { column: "compliance", kind: "words" }],
		empty: { text: t("school.no_speed"), hint: t("school.no_speed_hint") },
	}));
}

function unheardPart(code, zone) {
	const when = (value) => el("span", { class: "when" }, time(value, zone));
	return part(t("school.unheard"), dataTable({
		list: "unheard", caption: t("school.unheard"), fixed: { school: code }, sort: "-from", limit: 10,
		columns: [{ key: "from", heading: true, cell: when }, { key: "to", cell: when }, { key: "duration_s", title: t("outages.duration"), cell: duration, class: "number" }, "cause",
			{ key: "class", cell: (value) => (value ? word("outage_class", value) : NONE) }, "host_name"],
		filters: [{ column: "cause", kind: "words" }],
		empty: { text: t("school.no_unheard"), hint: t("school.unheard_hint") },
	}));
}

// ---------------------------------------------------------------- the screen

function header(ctx, row, reload) {
	return el("div", { class: "title" }, el("h1", {}, row.name), badge("school_state", row.state),
		row.since && el("span", { class: "hint" }, t("school.since", { time: time(row.since, row.time_zone) })),
		el("div", { class: "acts" },
			may(ctx.me, "school") && el("button", { type: "button", onclick: () => editSchool(row, reload) }, t("schools.edit")),
			may(ctx.me, "school") && el("button", { type: "button", onclick: () => maintenance(row.school, reload) }, t("alerts.maintenance_new")),
			may(ctx.me, "claim") && el("button", { type: "button", onclick: () => claimPapers(row) }, t("claim.button")),
			may(ctx.me, "token") && el("button", { type: "button", onclick: () => invite(row.school) }, t("agents.invite"))),
		el("p", { class: "about" }, [row.municipality, word("settlement", row.settlement), row.provider && t("school.provider", { name: row.provider })].filter(Boolean).join(" · "),
			" · ", row.last_heard_at ? [t("school.heard"), " ", seen(row.last_heard_at)] : t("school.never_heard")));
}

function part(title, table) { return el("section", { class: "part" }, el("h2", {}, title), table.node); }

function card(ctx, row, top) {
	const code = row.school, fixed = { school: code };
	return [
		top, overTime(code, row.time_zone, ctx.search),
		part(t("school.outage_list"), outageTable({ fixed, caption: t("school.outage_list"), limit: 10 })),
		part(t("school.alert_list"), alertTable(ctx.me, { fixed, caption: t("school.alert_list"), limit: 10 })),
		el("div", { class: "grid part" }, equipmentPart(code), filterPart(code)),
		monthPart(code),
		part(t("nav.exams"), examTable(code)),
		speedPart(code),
		part(t("school.agent_list"), agentTable(ctx.me, { fixed, caption: t("school.agent_list"), limit: 10 })),
		unheardPart(code, row.time_zone),
	];
}

export function schoolScreen(ctx) {
	const place = el("div", { "aria-busy": "true" });
	const top = el("div", {});
	async function load() {
		const first = !top.hasChildNodes();
		try {
			const [answer, exams] = await Promise.all([get("schools", { school: ctx.argument, limit: 1 }), examsNear(ctx.argument)]);
			const row = answer.rows[0];
			if (!row) {
				replace(place, el("div", { class: "panel empty" }, el("h1", {}, t("school.absent")), el("p", { class: "hint" }, t("school.absent_hint")),
					el("a", { class: "button", href: link("summary") }, t("nav.summary"))));
				return;
			}
			ctx.titled(row.name);
			replace(top, header(ctx, row, load), examNotices(exams), el("div", { class: "grid" }, lineNow(row), figures(row)));
			if (first) replace(place, card(ctx, row, top));
		} catch (error) {
			if (first) replace(place, el("p", { class: "failure", role: "alert" }, failureText(error)));
		} finally {
			place.removeAttribute("aria-busy");
		}
	}
	load();
	watch(["schools", "agents", "alerts", "outages", "exams"], load);
	return place;
}
