// Школы: what is known of them by paper: settlement, provider, contract, pupils. Added one by one or from a file.

import { el, say } from "../lib/dom.js";
import { failureText } from "../lib/failure.js";
import { dialog, form, formDialog } from "../lib/form.js";
import { get, post } from "../lib/http.js";
import { t } from "../lib/i18n.js";
import { may, onlySchool } from "../lib/rights.js";
import { dataTable } from "../lib/table.js";
import { choices } from "../lib/words.js";
import { editContract } from "./claim.js";
import { editLessons } from "./lessons.js";
import { head, schoolLink } from "./links.js";
import { setsNorms, showNorms } from "./norms.js";

const FILE_BYTES_MAX = 1024 * 1024;
const HEADER = "code,name,municipality,settlement,time_zone,provider,contract_down_mbps,contract_up_mbps,pupils";

function fields(row) {
	const speed = { type: "number", min: 0, max: 100000, step: "any" };
	return [
		{ name: "school", label: t("schools.code"), required: true, value: row.school, fixed: Boolean(row.school), max: 31, pattern: "[A-Za-z0-9._\\-]+", hint: t("schools.code_hint") },
		{ name: "name", label: t("schools.name"), required: true, value: row.name, max: 200 },
		{ name: "municipality", label: t("schools.municipality"), value: row.municipality, max: 200 },
		{ name: "settlement", label: t("schools.settlement"), type: "choice", value: row.settlement || "urban", choices: choices("settlement"), hint: t("schools.settlement_hint") },
		{ name: "provider", label: t("schools.provider"), value: row.provider, max: 200 },
		{ name: "contract_down_mbps", label: t("schools.contract_down"), value: row.contract_down_mbps, ...speed },
		{ name: "contract_up_mbps", label: t("schools.contract_up"), value: row.contract_up_mbps, ...speed },
		{ name: "pupils", label: t("schools.pupils"), type: "number", value: row.pupils, min: 0, max: 100000, step: 1 },
		{ name: "time_zone", label: t("schools.time_zone"), value: row.time_zone || "Europe/Moscow", required: true, max: 64, hint: t("schools.time_zone_hint") },
	];
}

export function editSchool(row, done) {
	formDialog(row.school ? row.name : t("schools.add_title"), {
		fields: fields(row), submit: t("schools.save"), send: (values) => post("schools/put", values), done,
		before: row.school && el("p", { class: "field" }, el("button", { type: "button", onclick: () => editLessons(row) }, t("lessons.edit")), " ",
			el("button", { type: "button", onclick: () => editContract(row, done) }, t("claim.contract"))),
	});
}

function importFile(done) {
	const node = dialog(t("schools.import_title"), [
		el("p", { class: "field" }, t("schools.import_about")),
		el("code", { class: "command", tabindex: "0" }, HEADER),
		form({
			fields: [{ name: "file", label: t("schools.file"), type: "file", required: true }],
			submit: t("schools.import"),
			failure: (error) => (error.status === 400 && error.message ? `${t("schools.import_wrong")} ${error.message}` : failureText(error)),
			async send() {
				const file = node.querySelector("input[type=file]").files[0];
				if (file.size > FILE_BYTES_MAX) throw Object.assign(new Error(), { status: 413 });
				return post("schools/import", await file.text(), "text/csv; charset=utf-8");
			},
			cancel: () => node.close(),
			done(answer) {
				node.close();
				say(t("schools.imported", { n: (answer && answer.count) || 0 }));
				done();
			},
		}),
	]);
}

export function schoolsScreen({ me }) {
	const edits = may(me, "school");
	const add = () => edits && el("button", { type: "button", class: "primary", onclick: () => editSchool({}, table.reload) }, t("schools.add"));
	const table = dataTable({
		list: "schools", caption: t("nav.schools"), keep: true, sort: "name", search: t("summary.search"),
		columns: [
			{ key: "name", heading: true, cell: (value, row) => schoolLink(row.school, value) }, "school", "municipality", "settlement", "provider",
			"norm_down_mbps", "norm_up_mbps", "contract_down_mbps", "contract_up_mbps", "pupils", "pcs", "time_zone",
		],
		filters: onlySchool(me) ? [] : [{ column: "municipality", kind: "values" }, { column: "provider", kind: "values" }, { column: "settlement", kind: "words" }],
		actions: edits ? (row) => [el("button", {
			type: "button",
			async onclick() {
				const fresh = await get("schools", { school: row.school, limit: 1 }).catch(() => ({ rows: [] }));
				editSchool(fresh.rows[0] || row, table.reload);
			},
		}, t("schools.edit"))] : null,
		empty: { text: t("summary.empty"), hint: edits ? t("schools.empty_hint") : t("summary.empty_ask"), action: add() },
	});
	return [head(t("nav.schools"), t("schools.about"), add(), edits && el("button", { type: "button", onclick: () => importFile(table.reload) }, t("schools.import_file")),
		setsNorms(me) && el("button", { type: "button", onclick: showNorms }, t("norms.title"))), table.node];
}
