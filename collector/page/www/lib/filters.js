// What a table can be narrowed by. A filter draws itself and reports a change through change(column, [values]).

import { el, replace, uid } from "./dom.js";
import { get } from "./http.js";
import { t } from "./i18n.js";
import { choices, word } from "./words.js";

const SUGGESTED = 30;

// A press beside an open filter closes it.
document.addEventListener("pointerdown", (event) => {
	for (const open of document.querySelectorAll("details.filter[open]")) {
		if (!open.contains(event.target)) open.open = false;
	}
});

function summaryText(title, chosen, label) {
	if (chosen.length === 0) return title;
	if (chosen.length === 1) return `${title}: ${label(chosen[0])}`;
	return `${title}: ${chosen.length}`;
}

// Any of a dictionary's words, as boxes to tick behind a button.
function words(column, chosen, change) {
	const label = (key) => word(column.words, key);
	const summary = el("summary", {}, summaryText(column.title, chosen, label));
	const boxes = choices(column.words).map(([key, text]) => {
		const input = el("input", { type: "checkbox", value: key, checked: chosen.includes(key) });
		return el("label", { class: "tick" }, input, el("span", {}, text));
	});
	const set = el("fieldset", {
		onchange() {
			const now = [...set.querySelectorAll("input:checked")].map((input) => input.value);
			summary.textContent = summaryText(column.title, now, label);
			change(column.key, now);
		},
	}, el("legend", { class: "unseen" }, column.title), boxes);
	const details = el("details", {
		class: "filter",
		onkeydown(event) {
			if (event.key !== "Escape" || !details.open) return;
			details.open = false;
			summary.focus();
			event.stopPropagation();
		},
		onfocusout(event) {
			if (event.relatedTarget && !details.contains(event.relatedTarget)) details.open = false;
		},
	}, summary, set);
	return details;
}

// One value of a column of text, with those of the schools' list that match suggested while one types.
function values(column, chosen, change, label) {
	const list = el("datalist", { id: uid("values") });
	const id = uid("filter");
	let timer = null;
	const suggest = async (typed) => {
		try {
			const answer = await get("schools", { q: typed, limit: SUGGESTED });
			const pairs = new Map(answer.rows.map((row) => [row[column.of], column.of === "school" ? row.name : ""]));
			replace(list, [...pairs].filter(([key]) => key).map(([key, text]) => el("option", { value: key }, text)));
		} catch { /* then nothing is suggested */ }
	};
	const input = el("input", {
		id, type: "search", list: list.id, value: chosen[0] || "", placeholder: label, class: "short", autocomplete: "off",
		onfocus: () => suggest(input.value),
		oninput() {
			clearTimeout(timer);
			timer = setTimeout(() => suggest(input.value), 250);
			if (input.value === "") change(column.key, []);
		},
		onchange: () => change(column.key, input.value ? [input.value] : []),
	});
	return el("span", { class: "filter-text" }, el("label", { for: id, class: "unseen" }, label), input, list);
}

function yes(column, chosen, change) {
	const input = el("input", {
		type: "checkbox", checked: chosen[0] === "true",
		onchange: () => change(column.key, input.checked ? ["true"] : []),
	});
	return el("label", { class: "tick alone" }, input, el("span", {}, column.title));
}

function days(search, change) {
	const one = (key, text) => {
		const id = uid("day");
		return [
			el("label", { for: id }, text),
			el("input", { id, type: "date", value: search.get(key) || "", onchange(event) { change(key, event.target.value ? [event.target.value] : []); } }),
		];
	};
	return el("span", { class: "days" }, one("from", t("table.from")), one("to", t("table.to")));
}

// filter: {column, kind: "words" | "values" | "yes" | "days", of: column of the schools' list}
export function filterControl(filter, column, search, change) {
	if (filter.kind === "days") return days(search, change);
	const chosen = search.getAll(filter.column);
	const about = { key: filter.column, words: filter.words, of: filter.of || filter.column, title: filter.title, ...column };
	if (filter.kind === "values") return values(about, chosen, change, filter.title || about.title);
	if (filter.kind === "yes") return yes(about, chosen, change);
	return about.words ? words(about, chosen, change) : null;
}
