// Norms of the line's rate, for those who set them.

import { el } from "../lib/dom.js";
import { dialog, formDialog } from "../lib/form.js";
import { post } from "../lib/http.js";
import { t } from "../lib/i18n.js";
import { may } from "../lib/rights.js";
import { dataTable } from "../lib/table.js";
import { choices } from "../lib/words.js";

function setNorm(row, done) {
	formDialog(t("norms.set_title"), {
		fields: [
			{ name: "settlement", label: t("schools.settlement"), type: "choice", value: row.settlement, choices: choices("settlement") },
			{ name: "direction", label: t("norms.direction"), type: "choice", value: row.direction, choices: choices("direction") },
			{ name: "valid_from", label: t("norms.valid_from"), type: "date", value: row.valid_from, required: true, min: "2000-01-01" },
			{ name: "norm_mbps", label: t("norms.rate"), type: "number", value: row.norm_mbps, min: 0.001, max: 100000, step: "any", required: !row.own, hint: row.own && t("norms.rate_hint") },
			{ name: "source", label: t("norms.source"), value: row.source, max: 250 },
		],
		submit: t("schools.save"), send: (values) => post("norms/put", values), done,
	});
}

// A norm is every municipality's: who is of one sets none.
export const setsNorms = (me) => may(me, "school") && !me.municipality;

export function showNorms() {
	const table = dataTable({
		list: "norms", caption: t("norms.title"), sort: "settlement,direction,-valid_from",
		columns: [{ key: "settlement", heading: true }, "direction", "valid_from", "norm_mbps", "own", "source"],
		actions: (row) => [el("button", { type: "button", onclick: () => setNorm(row, table.reload) }, t("norms.set"))],
		empty: { text: t("norms.empty") },
	});
	dialog(t("norms.title"), table.node);
}
