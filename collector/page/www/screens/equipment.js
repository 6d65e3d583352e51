// Оборудование: how many of each class each school has, and every single device behind a count.

import { el, replace } from "../lib/dom.js";
import { failureText } from "../lib/failure.js";
import { number, percent } from "../lib/format.js";
import { formDialog } from "../lib/form.js";
import { get, post } from "../lib/http.js";
import { t } from "../lib/i18n.js";
import { watch } from "../lib/live.js";
import { go, here, link } from "../lib/route.js";
import { may, onlySchool } from "../lib/rights.js";
import { dataTable } from "../lib/table.js";
import { choices, word } from "../lib/words.js";
import { head, schoolColumn, schoolLink, seen } from "./links.js";

const SCHOOLS_SHOWN = 20;

const schoolFilter = () => ({ column: "school", kind: "values", of: "school", title: t("filter.school") });

function tabs(now) {
	const items = [["", t("equipment.tab_counts")], ["devices", t("equipment.tab_devices")], ["changes", t("equipment.tab_changes")],
		["idle", t("equipment.tab_idle")], ["questions", t("equipment.tab_questions")], ["counts", t("equipment.tab_list")],
		["software", t("equipment.tab_software")], ["antivirus", t("equipment.tab_antivirus")], ["rules", t("equipment.tab_rules")]];
	return el("nav", { class: "tabs", "aria-label": t("nav.equipment") }, items.map(([tab, text]) =>
		el("a", { href: link("equipment", tab), "aria-current": tab === now ? "page" : null }, text)));
}

export function deviceTable(me, options) {
	return dataTable({
		list: "devices", sort: "class", search: t("equipment.search"),
		columns: [
			{ key: "label", heading: true, cell: (value, row) => el("a", { href: link("device", row.device_id) }, value || row.device_id) },
			"class", { key: "confidence", class: "number", minor: true, cell: (value) => percent(100 * value) }, "vendor", "model", "serial", "inventory_number", "room", "addresses", "macs",
			...(onlySchool(me) ? [] : [{ key: "school", cell: (value) => schoolLink(value) }]),
			{ key: "last_seen", cell: seen }, "corrected",
		],
		filters: [{ column: "class", kind: "words" }, schoolFilter(), { column: "corrected", kind: "yes" }],
		empty: { text: t("equipment.empty"), hint: t("equipment.empty_hint"), action: el("a", { class: "button primary", href: link("agents") }, t("agents.invite")) },
		...options,
	});
}

function matrix(schools, rows) {
	const counts = new Map(rows.map((row) => [`${row.school}/${row.class}`, row.count]));
	const present = new Set(rows.map((row) => row.class));
	const classes = choices("device_class").map(([key]) => key).filter((key) => present.has(key));
	for (const key of present) if (!classes.includes(key)) classes.push(key);
	const at = (school, key) => counts.get(`${school}/${key}`) || 0;
	const sum = (values) => values.reduce((a, b) => a + b, 0);
	const cellOf = (school, key) => {
		const count = at(school, key);
		return el("td", { "data-title": word("device_class", key), class: count ? null : "zero" }, count ? el("a", { href: link("equipment", "devices", { school, class: key }), "aria-label": `${word("device_class", key)}: ${count}` }, number(count)) : el("span", { class: "against", "aria-hidden": "true" }, "·"));
	};
	return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("equipment.tab_counts") }, el("table", {},
		el("caption", { class: "unseen" }, t("equipment.tab_counts")),
		el("thead", {}, el("tr", {}, el("th", { scope: "col", class: "turned" }, t("equipment.school")),
			el("th", { scope: "col", class: "turned" }, el("span", {}, t("equipment.total"))),
			classes.map((key) => el("th", { scope: "col", class: "turned" }, el("span", {}, word("device_class", key)))))),
		el("tbody", {}, schools.map((school) => el("tr", {}, el("th", { scope: "row" }, schoolLink(school.school, school.name), el("small", { class: "code" }, school.municipality || school.school)),
			el("td", { "data-title": t("equipment.total") }, el("strong", {}, number(sum(classes.map((key) => at(school.school, key)))))), classes.map((key) => cellOf(school.school, key)))),
		el("tr", { class: "sum" }, el("th", { scope: "row" }, t("equipment.total_shown")),
			el("td", { "data-title": t("equipment.total") }, number(sum(rows.map((row) => row.count)))),
			classes.map((key) => el("td", { "data-title": word("device_class", key) }, number(sum(schools.map((school) => at(school.school, key))))))))));
}

function countsScreen() {
	const place = el("div", { class: "data matrix", "aria-busy": "true" });
	async function load() {
		const offset = Number(here().search.get("offset") || 0);
		try {
			const schools = await get("schools", { sort: "name", limit: SCHOOLS_SHOWN, offset });
			const codes = schools.rows.map((row) => row.school);
			const equipment = codes.length ? await get("equipment", { school: codes, limit: 1000 }) : { rows: [] };
			if (equipment.rows.length === 0 && schools.total <= SCHOOLS_SHOWN) {
				replace(place, el("div", { class: "empty" }, el("p", {}, t("equipment.empty")), el("p", { class: "hint" }, t("equipment.empty_hint")),
					el("a", { class: "button primary", href: link("agents") }, t("agents.invite"))));
				return;
			}
			const step = (to, text, off) => el("button", { type: "button", disabled: off, onclick: () => go(link("equipment", "", { offset: to || null })) }, text);
			replace(place, matrix(schools.rows, equipment.rows), el("div", { class: "foot" },
				el("span", {}, t("table.count", { first: offset + 1, last: offset + codes.length, n: schools.total })),
				schools.total > codes.length && el("span", { class: "pages" }, step(Math.max(0, offset - SCHOOLS_SHOWN), t("table.previous"), offset === 0),
					step(offset + SCHOOLS_SHOWN, t("table.next"), offset + codes.length >= schools.total)),
				el("span", { class: "exports" }, el("button", { type: "button", class: "plain", onclick: () => print() }, t("table.print")))));
		} catch (error) {
			replace(place, el("p", { class: "empty failure", role: "alert" }, failureText(error)));
		} finally {
			place.removeAttribute("aria-busy");
		}
	}
	load();
	watch(["devices", "equipment"], load);
	return place;
}

// A search from the first tab goes on among the devices.
function finder() {
	return el("form", {
		class: "title", role: "search",
		onsubmit(event) {
			event.preventDefault();
			const q = new FormData(event.target).get("q").trim();
			if (q) go(link("equipment", "devices", { q }));
		},
	}, el("label", { for: "find", class: "unseen" }, t("equipment.search")),
	el("span", { class: "search" }, el("input", { id: "find", name: "q", type: "search", placeholder: t("equipment.search"), autocomplete: "off" })),
	el("button", { type: "submit" }, t("equipment.find")));
}

// What people taught: rows for the rules, those first on which most schools agree.
function candidateTable() {
	return dataTable({
		list: "rule_candidates", keep: true, caption: t("equipment.tab_rules"), sort: "-schools",
		columns: ["class", { key: "source", minor: true }, { key: "key", minor: true }, { key: "example", heading: true, cell: (value) => el("code", {}, value) },
			{ key: "schools", class: "number" }, { key: "devices", class: "number" }, { key: "others", class: "number" },
			{ key: "confidence", class: "number", cell: (value) => percent(100 * value) }, { key: "rule", cell: (value) => el("code", {}, value) }],
		filters: [{ column: "class", kind: "words" }],
		empty: { text: t("equipment.no_rules"), hint: t("equipment.no_rules_hint") },
	});
}

const deviceCell = (value, row) => el("a", { href: link("device", row.device_id) }, value || row.device_id);

function changesTable() {
	return dataTable({
		list: "changes", keep: true, caption: t("equipment.tab_changes"), sort: "-changed_at",
		columns: [{ key: "changed_at", class: "when" }, "kind", { key: "label", heading: true, cell: deviceCell }, "class", "what", "was", "became", schoolColumn, { key: "by", minor: true }],
		filters: [{ column: "kind", kind: "words" }, { column: "class", kind: "words" }, schoolFilter(), { kind: "days" }],
		empty: { text: t("equipment.no_changes") },
	});
}

function idleTable() {
	return dataTable({
		list: "idle", keep: true, caption: t("equipment.tab_idle"), sort: "days_on",
		columns: [{ key: "label", heading: true, cell: deviceCell }, "class", "days_on", "of_days", "vendor", "model", "serial", "inventory_number", "room", schoolColumn, { key: "last_seen", cell: seen }],
		filters: [{ column: "class", kind: "words" }, schoolFilter()],
		empty: { text: t("equipment.no_idle"), hint: t("equipment.idle_hint") },
	});
}

// Two devices that share a key: a person says whether they are one.
function answer(row, done) {
	formDialog(t("equipment.question_title"), {
		before: el("p", { class: "hint field" }, t("equipment.question_about", { kind: row.kind, value: row.value })),
		fields: [{ name: "decision", label: t("equipment.question"), type: "choice", value: "different", choices: choices("decision") }],
		submit: t("equipment.answer"), done, send: ({ decision }) => post("devices/answer", { candidate_id: row.candidate_id, decision }),
	});
}

function questionsTable(me) {
	const other = (value) => el("a", { href: link("device", value) }, el("code", {}, value.slice(0, 8)));
	const table = dataTable({
		list: "merge_candidates", keep: true, caption: t("equipment.tab_questions"), sort: "-noted_at",
		columns: [{ key: "noted_at", class: "when" }, schoolColumn, { key: "device_id", heading: true, cell: other }, { key: "other_id", cell: other }, "kind", { key: "value", cell: (value) => el("code", {}, value) }, "reason", "decision"],
		filters: [{ column: "decision", kind: "words" }, schoolFilter()],
		actions: (row) => [may(me, "school") && !row.decision && el("button", { type: "button", onclick: () => answer(row, table.reload) }, t("equipment.answer"))],
		empty: { text: t("equipment.no_questions") },
	});
	return table;
}

const deviceColumn = { key: "device", cell: deviceCell };
const bySchool = (me) => (onlySchool(me) ? [] : [{ key: "school", cell: (value) => schoolLink(value) }]);

// Programs that computers told of themselves.
export function softwareTable(me, options) {
	return dataTable({
		list: "software", sort: "program", search: t("equipment.search_software"),
		columns: [{ key: "program", heading: true }, "version", "publisher", ...(options.fixed ? [] : [deviceColumn, "room", ...bySchool(me)]), { key: "seen_at", cell: seen }],
		filters: options.fixed ? [] : [schoolFilter()],
		empty: { text: t("equipment.no_software"), hint: t("equipment.no_told_hint") }, ...options,
	});
}

export function antivirusTable(me, options) {
	return dataTable({
		list: "antivirus", sort: "protection",
		columns: [...(options.fixed ? [] : [{ ...deviceColumn, heading: true }, "class", "room", ...bySchool(me)]), "product", "version", "signatures", "protection", { key: "seen_at", cell: seen }],
		filters: options.fixed ? [] : [{ column: "protection", kind: "words" }, { column: "class", kind: "words" }, schoolFilter()],
		empty: { text: t("equipment.no_antivirus"), hint: t("equipment.no_told_hint") }, ...options,
	});
}

const TABLES = {
	changes: changesTable, idle: idleTable, questions: questionsTable,
	software: (me) => softwareTable(me, { keep: true, caption: t("equipment.tab_software") }),
	antivirus: (me) => antivirusTable(me, { keep: true, caption: t("equipment.tab_antivirus") }),
};

export function equipmentScreen(ctx) {
	const now = ["devices", "counts", "rules", ...Object.keys(TABLES)].includes(ctx.argument) ? ctx.argument : "";
	const screen = [head(t("nav.equipment"), t("equipment.about")), tabs(now)];
	if (now === "devices") return [...screen, deviceTable(ctx.me, { keep: true, caption: t("equipment.tab_devices") }).node];
	if (TABLES[now]) return [...screen, now === "antivirus" && el("p", { class: "hint" }, t("equipment.antivirus_about")), TABLES[now](ctx.me).node];
	if (now === "counts") {
		return [...screen, dataTable({
			list: "equipment", keep: true, caption: t("equipment.tab_list"), sort: "school",
			columns: [schoolColumn,
				{ key: "class", cell: (value, row) => el("a", { href: link("equipment", "devices", { school: row.school, class: value }) }, word("device_class", value)) },
				"count", "with_serial"],
			filters: [{ column: "class", kind: "words" }, schoolFilter()],
			empty: { text: t("equipment.empty"), hint: t("equipment.empty_hint") },
		}).node];
	}
	if (now === "rules") return [...screen, el("p", { class: "hint" }, t("equipment.rules_about")), candidateTable().node];
	return [...screen, finder(), countsScreen()];
}
