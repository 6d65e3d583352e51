// Перебои: every break of a line, where it broke, whose it was to mend, and why we say so.

import { el } from "../lib/dom.js";
import { duration, time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { dataTable } from "../lib/table.js";
import { word } from "../lib/words.js";
import { head, schoolColumn } from "./links.js";

// The rungs of the path that an agent climbs (proto/parta/v1/connectivity.proto).
const RUNGS = {
	carrier: "rung.carrier", address: "rung.address", gateway: "rung.gateway", isp: "rung.isp", internet: "rung.internet",
	dns_local: "rung.dns_local", dns_public: "rung.dns_public", collector: "rung.collector",
};
const OBSERVED = { answers: "rung.answers", timeout: "rung.timeout" };

export function evidenceList(evidence) {
	const rows = Array.isArray(evidence) ? evidence : [];
	if (rows.length === 0) return el("p", { class: "hint" }, t("outages.no_evidence"));
	return el("div", {}, el("h3", {}, t("outages.why")), el("ul", {}, rows.map((one) => el("li", {},
		el("span", { class: "when" }, time(one.at)), " · ", [RUNGS[one.rung] ? t(RUNGS[one.rung]) : one.rung, one.target, OBSERVED[one.observed] ? t(OBSERVED[one.observed]) : one.observed].filter(Boolean).join(" · ")))));
}

export function outageTable(options) {
	return dataTable({
		list: "outages", sort: "-onset", search: options.fixed ? null : t("outages.search"), also: ["schools"],
		columns: [
			...(options.fixed ? [] : [schoolColumn]),
			{ key: "class", heading: Boolean(options.fixed), cell: (value) => word("outage_class", value) }, "party",
			{ key: "onset", cell: (value, row) => el("span", { class: "when" }, time(value, row.time_zone)) },
			{ key: "end", cell: (value, row) => (value ? el("span", { class: "when" }, time(value, row.time_zone)) : el("strong", { class: "failure" }, t("outages.now"))) },
			{ key: "duration_s", title: t("outages.duration"), cell: duration, class: "number" },
			{ key: "lesson_s", title: t("outages.in_lessons"), cell: (value) => (value ? duration(value) : "—"), class: "number" },
		],
		filters: [{ column: "class", kind: "words" }, { column: "party", kind: "words" },
			...(options.fixed ? [] : [{ column: "school", kind: "values", of: "school", title: t("filter.school") }, { column: "provider", kind: "values" }, { kind: "days" }])],
		more: (row) => evidenceList(row.evidence), moreLabel: t("outages.why_button"),
		empty: { text: t("outages.empty"), hint: t("outages.empty_hint") },
		...options,
	});
}

export function outagesScreen() {
	return [head(t("nav.outages"), t("outages.about")), outageTable({ keep: true, caption: t("nav.outages") }).node];
}
