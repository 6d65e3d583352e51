// Cells that several screens share.

import { el } from "../lib/dom.js";
import { ago, NONE, number, time } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { link } from "../lib/route.js";

export function schoolLink(code, name) {
	return code ? el("a", { href: link("school", code) }, name || code) : NONE;
}

// Schools of different towns share names; the code tells them apart.
export const schoolColumn = {
	key: "school_name", heading: true,
	cell: (value, row) => el("span", {}, schoolLink(row.school, value || row.school), el("small", { class: "code" }, row.school)),
};

export function againstNorm(value, norm) {
	if (value === null || value === undefined) return NONE;
	return el("span", {}, el("strong", {}, number(value, 0)), norm ? el("span", { class: "against" }, ` ${t("of")} ${number(norm, 0)}`) : null);
}

export function seen(value) {
	return value ? el("time", { datetime: new Date(value).toISOString(), title: time(value), class: "when" }, ago(value)) : t("time.never");
}

export function head(title, about, ...acts) {
	return el("div", { class: "title" }, el("h1", {}, title), acts.length > 0 && el("div", { class: "acts" }, acts), about && el("p", { class: "about" }, about));
}
