// Экзамены: when agents load no line because an examination is held, and how each school's line did meanwhile.

import { el } from "../lib/dom.js";
import { failureText } from "../lib/failure.js";
import { dialog, formDialog } from "../lib/form.js";
import { clock, duration, mbps, ms, NONE, percent, time } from "../lib/format.js";
import { get, post } from "../lib/http.js";
import { t } from "../lib/i18n.js";
import { may } from "../lib/rights.js";
import { badge, sign } from "../lib/state.js";
import { dataTable } from "../lib/table.js";
import { head, schoolColumn, schoolLink } from "./links.js";

const SCHOOLS_MAX = 1000;
const DAY_MS = 86400000;
const TOLD_AFTER_MS = 3 * DAY_MS; // how long a school's page tells of one that is over
const TOLD_BEFORE_MS = 14 * DAY_MS;

const iso = (ms_) => new Date(ms_).toISOString().slice(0, 10);
const when = (value, row) => el("span", { class: "when" }, time(value, row.time_zone));

// ---------------------------------------------------------------- how the line did

const LINE = [
	{ key: "verdict", cell: (value) => (value ? badge("exam_verdict", value) : NONE) },
	{ key: "loss_pct", cell: percent, class: "number" }, { key: "jitter_ms", cell: ms, class: "number" }, { key: "upload_mbps", cell: mbps, class: "number" },
	{ key: "down_s", title: () => t("exams.off"), cell: (value) => (value > 0 ? duration(value) : NONE), class: "number" }, "bad_min", "watched_min",
];

function results(row) {
	return dataTable({
		list: "exam_results", caption: t("exams.results"), fixed: { exam_id: row.exam_id }, sort: "-verdict", limit: 50,
		columns: [schoolColumn, ...LINE],
		empty: { text: t("exams.empty") },
	}).node;
}

export function examTable(code) {
	return dataTable({
		list: "exam_results", caption: t("nav.exams"), fixed: { school: code }, sort: "-from_at", limit: 10,
		columns: [{ key: "name", heading: true }, { key: "from_at", cell: when }, { key: "to_at", cell: when }, ...LINE],
		empty: { text: t("exams.empty"), hint: t("exams.about") },
	});
}

// The examinations of a school that its page tells of: held, to come soon, just over.
export async function examsNear(code) {
	const now = Date.now();
	const answer = await get("exam_results", { school: code, from: iso(now - TOLD_AFTER_MS), to: iso(now + TOLD_BEFORE_MS), sort: "from_at", limit: 20 });
	const held = answer.rows.filter((row) => new Date(row.from_at) <= now && now < new Date(row.to_at));
	const coming = answer.rows.filter((row) => new Date(row.from_at) > now);
	const over = answer.rows.filter((row) => new Date(row.to_at) <= now);
	return [...held, ...coming.slice(0, 1), ...over.slice(-1)];
}

function notice(row) {
	const now = new Date();
	const values = { name: row.name, from: time(row.from_at, row.time_zone), to: clock(new Date(row.to_at), row.time_zone) };
	const figures = [
		row.loss_pct !== null && t("exams.loss", { value: percent(row.loss_pct) }), row.jitter_ms !== null && t("exams.jitter", { value: ms(row.jitter_ms) }),
		row.upload_mbps !== null && t("exams.upload", { value: mbps(row.upload_mbps) }), row.down_s > 0 && t("exams.off_for", { time: duration(row.down_s) }),
	].filter(Boolean).join(", ");
	if (new Date(row.from_at) > now) return ["calm", "wait", t("exams.is_coming", values)];
	if (new Date(row.to_at) > now) return ["calm", "work", t("exams.is_held", values), badge("exam_verdict", row.verdict), figures];
	return ["mute", "good", t("exams.is_over", values), badge("exam_verdict", row.verdict), figures];
}

export function examNotices(rows) {
	return rows.map((row) => {
		const [tone, name, text, verdict, figures] = notice(row);
		return el("p", { class: `notice tone-${tone}` }, sign(name), el("span", {}, text), verdict, figures && el("span", {}, figures));
	});
}

// ---------------------------------------------------------------- declaring

async function declare(done) {
	let schools;
	try {
		schools = (await get("schools", { sort: "name", limit: SCHOOLS_MAX })).rows;
	} catch (error) {
		dialog(t("exams.add_title"), el("p", { class: "failure", role: "alert" }, failureText(error)));
		return;
	}
	const towns = [...new Set(schools.map((row) => row.municipality).filter(Boolean))].sort();
	const tomorrow = iso(Date.now() + DAY_MS);
	const node = formDialog(t("exams.add_title"), {
		before: el("p", { class: "hint field" }, t("exams.add_about")),
		fields: [
			{ name: "name", label: t("exams.name"), required: true, max: 50 },
			{ name: "municipality", label: t("exams.whose"), type: "choice", value: towns.length === 1 ? towns[0] : "",
				choices: [["", t("exams.some")], ...towns.map((name) => [name, t("exams.all_of", { name })])] },
			{ name: "schools", label: t("nav.schools"), type: "many", choices: schools.map((row) => [row.school, `${row.name} · ${row.school}`]) },
			{ name: "first_day", label: t("exams.first_day"), type: "date", required: true, value: tomorrow },
			{ name: "last_day", label: t("exams.last_day"), type: "date", hint: t("exams.last_day_hint") },
			{ name: "from", label: t("exams.from"), type: "time", required: true, value: "09:00", hint: t("exams.clock_hint") },
			{ name: "to", label: t("exams.to"), type: "time", required: true, value: "15:00" },
		],
		submit: t("exams.add"), done,
		send: ({ municipality, schools: chosen, last_day, ...rest }) => post("exams/add", {
			...rest, last_day: last_day || rest.first_day, ...(municipality ? { municipality } : { schools: chosen }),
		}),
	});
	const whose = node.querySelector("[name=municipality]");
	const some = () => { node.querySelector("fieldset[name=schools]").hidden = whose.value !== ""; };
	whose.addEventListener("change", some);
	some();
}

function remove(row, done) {
	formDialog(t("exams.remove_title"), {
		before: el("p", { class: "field" }, t("exams.remove_about", { name: row.name, from: time(row.from_at, row.time_zone) })),
		fields: [], submit: t("exams.remove"), send: () => post("exams/remove", { exam_id: row.exam_id }), done,
	});
}

export function examsScreen({ me }) {
	const edits = may(me, "school");
	const add = () => edits && el("button", { type: "button", class: "primary", onclick: () => declare(table.reload) }, t("exams.add"));
	const table = dataTable({
		list: "exams", caption: t("nav.exams"), keep: true, sort: "-from_at", search: t("exams.search"),
		columns: [
			"state", { key: "name", heading: true },
			{ key: "school_name", title: () => t("exams.whose"), cell: (value, row) => (row.municipality ? t("exams.all", { name: row.municipality, n: row.schools }) : schoolLink(row.school, value)) },
			{ key: "from_at", cell: when }, { key: "to_at", cell: when }, { key: "by", minor: true },
		],
		filters: [{ column: "state", kind: "words" }, { column: "municipality", kind: "values" }, { kind: "days" }],
		more: results, moreLabel: t("exams.results"), hasMore: (row) => row.state !== "coming",
		actions: edits ? (row) => [row.state !== "over" && el("button", { type: "button", class: "danger", onclick: () => remove(row, table.reload) }, t("exams.remove"))] : null,
		empty: { text: t("exams.empty"), hint: t("exams.about"), action: add() },
	});
	return [head(t("nav.exams"), t("exams.about"), add()), table.node];
}
