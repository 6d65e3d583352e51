// Оповещения: what fires now and what fired; a person says that he saw it, or that it shall be quiet for a while.

import { el } from "../lib/dom.js";
import { formDialog } from "../lib/form.js";
import { localInput, time } from "../lib/format.js";
import { get, post } from "../lib/http.js";
import { language, t } from "../lib/i18n.js";
import { may, onlySchool } from "../lib/rights.js";
import { dataTable } from "../lib/table.js";
import { choices, word } from "../lib/words.js";
import { head, schoolColumn, seen } from "./links.js";

const HOUR_MS = 3600 * 1000;
const ACKABLE = ["firing", "stale"];
const OPEN = ["pending", "firing", "acked", "stale"];

function acknowledge(row, done) {
	formDialog(t("alerts.ack_title"), {
		before: el("p", { class: "field" }, row[`words_${language}`] || row.words_ru),
		fields: [{ name: "comment", label: t("alerts.comment"), type: "lines", hint: t("alerts.ack_hint"), max: 500 }],
		submit: t("alerts.ack"), send: ({ comment }) => post("alerts/ack", { alert_id: row.alert_id, comment }), done,
	});
}

function span(from = new Date(), hours = 2) {
	return [
		{ name: "from", label: t("alerts.from"), type: "datetime-local", required: true, value: localInput(from) },
		{ name: "to", label: t("alerts.to"), type: "datetime-local", required: true, value: localInput(new Date(from.getTime() + hours * HOUR_MS)) },
	];
}

export function silence(values, done) {
	formDialog(t("alerts.silence_title"), {
		before: el("p", { class: "hint field" }, t("alerts.silence_about")),
		fields: [
			{ name: "school", label: t("alerts.school_code"), value: values.school, hint: t("alerts.school_hint") },
			{ name: "kind", label: t("alerts.kind"), type: "choice", value: values.kind || "", choices: [["", t("alerts.any_kind")], ...choices("alert_kind")] },
			...span(), { name: "comment", label: t("alerts.comment"), type: "lines", required: true, max: 500 },
		],
		submit: t("alerts.silence"),
		send: ({ school, kind, ...rest }) => post("silences/add", { ...rest, ...(school && { school }), ...(kind && { kind }) }), done,
	});
}

export function maintenance(school, done) {
	formDialog(t("alerts.maintenance_title"), {
		before: el("p", { class: "hint field" }, t("alerts.maintenance_about")),
		fields: [
			{ name: "school", label: t("alerts.school_code"), required: true, value: school, fixed: Boolean(school) },
			...span(), { name: "comment", label: t("alerts.comment"), type: "lines", required: true, max: 500 },
		],
		submit: t("alerts.maintenance"), send: (values) => post("maintenance/add", values), done,
	});
}

// What became of one alert, step by step.
async function happened(row) {
	const answer = await get("alert_events", { alert_id: row.alert_id, sort: "at", limit: 100 });
	if (answer.rows.length === 0) return el("p", { class: "hint" }, t("alerts.no_history"));
	return el("ul", {}, answer.rows.map((one) => el("li", {}, el("span", { class: "when" }, time(one.at)), " · ",
		[word("alert_event", one.what), one.by, one.comment].filter(Boolean).join(" · "))));
}

function messageTable() {
	return dataTable({
		list: "messages", caption: t("alerts.messages"), sort: "-made_at", limit: 20,
		columns: ["state", { key: "title", heading: true }, "receiver", "receiver_kind", { key: "made_at", cell: seen }, "attempts", "error"],
		filters: [{ column: "state", kind: "words" }],
		empty: { text: t("alerts.no_messages"), hint: t("alerts.no_messages_hint") },
	});
}

export function alertTable(me, options) {
	const table = dataTable({
		list: "alerts", sort: "-since", preset: { state: OPEN }, search: options.fixed ? null : t("alerts.search"),
		columns: [
			"state", "severity",
			...(options.fixed ? [] : [schoolColumn]),
			{ key: `words_${language}`, title: t("alerts.what"), class: "words", heading: Boolean(options.fixed), cell: (value, row) => [
				value || row.words_ru || row.subject,
				row.party && row.party !== "unknown" && el("p", { class: "hint" }, t("alerts.party", { name: word("party", row.party) })),
				row.acked_by && el("p", { class: "hint" }, [t("alerts.acked_by", { name: row.acked_by }), row.ack_comment].filter(Boolean).join(": "))] },
			{ key: "since", cell: seen },
		],
		filters: [{ column: "state", kind: "words" }, { column: "severity", kind: "words" },
			...(options.fixed ? [] : [{ column: "kind", kind: "words" }, { column: "school", kind: "values", of: "school", title: t("filter.school") }])],
		actions: may(me, "alert") ? (row) => [
			ACKABLE.includes(row.state) && el("button", { type: "button", onclick: () => acknowledge(row, table.reload) }, t("alerts.ack")),
			row.state !== "resolved" && el("button", { type: "button", onclick: () => silence({ school: row.school, kind: row.kind }, options.silenced || table.reload) }, t("alerts.silence")),
		] : null,
		more: happened, moreLabel: t("alerts.history"),
		empty: { text: t("alerts.empty"), hint: t("alerts.empty_hint") },
		...options,
	});
	return table;
}

function silenceTable(me) {
	const table = dataTable({
		list: "silences", caption: t("alerts.silences"), sort: "-to",
		columns: [{ key: "comment", heading: true }, "school", { key: "kind", cell: (value, row) => (row.is_maintenance ? t("alerts.works") : value ? word("alert_kind", value) : t("alerts.any_kind")) },
			{ key: "from", cell: (value) => el("span", { class: "when" }, time(value)) }, { key: "to", cell: (value) => el("span", { class: "when" }, time(value)) }, "by", "is_open"],
		filters: [{ column: "is_open", kind: "yes" }],
		actions: may(me, "alert") ? (row) => [new Date(row.to) > new Date() && el("button", {
			type: "button",
			async onclick(event) {
				event.target.disabled = true;
				try {
					await post("silences/end", { silence_id: row.silence_id });
				} finally {
					table.reload();
				}
			},
		}, t("alerts.silence_end"))] : null,
		empty: { text: t("alerts.no_silences"), hint: t("alerts.no_silences_hint") },
	});
	return table;
}

export function alertsScreen({ me }) {
	const silences = silenceTable(me);
	const alerts = alertTable(me, { keep: true, caption: t("nav.alerts"), silenced: () => { silences.reload(); alerts.reload(); } });
	const acts = may(me, "alert") ? [
		el("button", { type: "button", onclick: () => silence({ school: onlySchool(me) }, silences.reload) }, t("alerts.silence_new")),
		may(me, "school") && el("button", { type: "button", onclick: () => maintenance("", silences.reload) }, t("alerts.maintenance_new")),
	] : [];
	const part = (title, table) => el("section", { class: "part" }, el("h2", {}, title), table.node);
	return [head(t("nav.alerts"), t("alerts.about"), ...acts), alerts.node, part(t("alerts.silences"), silences), may(me, "log") && part(t("alerts.messages"), messageTable())];
}
