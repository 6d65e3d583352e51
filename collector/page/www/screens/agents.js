// Агенты: who reports, who is silent, whose certificate ends; a new one is invited by a token.

import { el, say } from "../lib/dom.js";
import { dialog, formDialog } from "../lib/form.js";
import { day, time } from "../lib/format.js";
import { post } from "../lib/http.js";
import { t } from "../lib/i18n.js";
import { may, onlySchool } from "../lib/rights.js";
import { dataTable } from "../lib/table.js";
import { head, schoolColumn, seen } from "./links.js";

async function copy(text, button) {
	try {
		await navigator.clipboard.writeText(text);
		button.textContent = t("agents.copied");
		say(t("agents.copied"));
	} catch {
		button.textContent = t("agents.copy_by_hand");
	}
}

function showToken(answer) {
	const button = el("button", { type: "button", class: "primary", onclick: () => copy(answer.command, button) }, t("agents.copy"));
	dialog(t("agents.token_title"), [
		el("ol", { class: "steps" }, el("li", {}, t("agents.step_install")), el("li", {}, t("agents.step_run"))),
		el("code", { class: "command", tabindex: "0" }, answer.command),
		el("p", { class: "hint field" }, t("agents.token_once", { time: time(answer.ends_at) })),
		el("div", { class: "buttons" }, button),
	]);
}

export function invite(school) {
	formDialog(t("agents.invite_title"), {
		before: el("p", { class: "hint field" }, t("agents.invite_about")),
		fields: [{ name: "school", label: t("alerts.school_code"), required: true, value: school, fixed: Boolean(school) }],
		submit: t("agents.make_token"), send: (values) => post("tokens/make", values), done: showToken,
	});
}

function revoke(row, done) {
	formDialog(t("agents.revoke_title"), {
		before: el("p", { class: "field" }, t("agents.revoke_about", { name: row.host_name || row.agent_id, school: row.school_name || row.school })),
		fields: [{ name: "reason", label: t("agents.reason"), type: "lines", required: true, max: 200 }],
		submit: t("agents.revoke"), send: ({ reason }) => post("agents/revoke", { agent_id: row.agent_id, reason }), done,
	});
}

export function agentTable(me, options) {
	const table = dataTable({
		list: "agents", sort: "state", search: options.fixed ? null : t("agents.search"),
		columns: [
			"state", ...(options.fixed ? [] : [schoolColumn]), { key: "host_name", heading: Boolean(options.fixed) }, "agent_version", { key: "last_heard_at", cell: seen },
			{ key: "last_report_at", cell: seen, minor: true }, "spool_reports", "clock_ahead_ms", { key: "lost_beats", minor: true },
			{ key: "certificate_ends_at", cell: (value) => el("span", { class: "when" }, day(value)) }, "warnings",
		],
		filters: [{ column: "state", kind: "words" }, ...(options.fixed ? [] : [{ column: "school", kind: "values", of: "school", title: t("filter.school") }])],
		actions: may(me, "school") ? (row) => [row.state !== "revoked" && !row.revoked_at && el("button", {
			type: "button", class: "danger", onclick: () => revoke(row, table.reload),
		}, t("agents.revoke"))] : null,
		empty: { text: t("agents.empty"), hint: t("agents.empty_hint") },
		...options,
	});
	return table;
}

export function agentsScreen({ me }) {
	const own = onlySchool(me);
	const button = () => may(me, "token") && el("button", { type: "button", class: "primary", onclick: () => invite(own) }, t("agents.invite"));
	return [
		head(t("nav.agents"), t("agents.about"), button()),
		agentTable(me, { keep: true, caption: t("nav.agents"), empty: { text: t("agents.empty"), hint: t("agents.empty_hint"), action: button() } }).node,
	];
}
