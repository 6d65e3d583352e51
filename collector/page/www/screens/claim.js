// Документы для претензии: the act of a rate below the contract and the journal of outages, to be signed, and what they rest on.

import { el } from "../lib/dom.js";
import { formDialog } from "../lib/form.js";
import { post, save } from "../lib/http.js";
import { t } from "../lib/i18n.js";

const PAPERS = [
	["act.html", "claim.act_html"], ["act.xlsx", "claim.act_xlsx"], ["journal.html", "claim.journal_html"], ["journal.xlsx", "claim.journal_xlsx"],
	["data.json", "claim.data"],
];

const iso = (date) => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;

// The month before this one, as bills have it.
function lastMonth() {
	const now = new Date();
	return [iso(new Date(now.getFullYear(), now.getMonth() - 1, 1)), iso(new Date(now.getFullYear(), now.getMonth(), 0))];
}

export function claimPapers(row) {
	const [from, to] = lastMonth();
	formDialog(t("claim.title"), {
		before: el("p", { class: "hint field" }, t("claim.about")),
		fields: [
			{ name: "from", label: t("claim.from"), type: "date", required: true, value: from },
			{ name: "to", label: t("claim.to"), type: "date", required: true, value: to },
			{ name: "file", label: t("claim.paper"), type: "choice", value: PAPERS[0][0], choices: PAPERS.map(([key, text]) => [key, t(text)]) },
		],
		submit: t("claim.get"),
		send(values) {
			const [paper, format] = values.file.split(".");
			return save("claim", { school: row.school, from: values.from, to: values.to, paper, format });
		},
	});
}

export function editContract(row, done) {
	formDialog(t("claim.contract_title"), {
		before: el("p", { class: "hint field" }, t("claim.contract_about")),
		fields: [
			{ name: "contract_number", label: t("claim.number"), value: row.contract_number, max: 200 },
			{ name: "contract_day", label: t("claim.day"), type: "date", value: row.contract_day },
			{ name: "contract_month_rub", label: t("claim.month_rub"), type: "number", value: row.contract_month_rub, min: 0, step: "any" },
			{ name: "address", label: t("claim.address"), value: row.address, max: 200 },
		],
		submit: t("schools.save"), send: (values) => post("schools/contract", { school: row.school, ...values }), done,
	});
}
