// The one table of the page: any list of the API, with sorting, filters, paging, exports, live changes and a phone layout.
//
// dataTable({
//   list, caption,          the API's name of the list; what a screen reader calls it
//   columns: [key | {key, cell(value, row), title, heading, minor}],  what is shown, in order; heading marks the row's
//                           name, minor is left out on a phone
//   filters: [{column, kind, ...}], search: placeholder,        see filters.js
//   fixed: {},              parameters that always go along
//   sort, limit,            at first
//   keep: true,             the state stands in the address (one table of a screen)
//   preset: {column: [..]}, filters that stand until a person chooses others
//   actions(row), more(row) buttons of a row; what unfolds under it; hasMore(row): whether anything does
//   views: {name: {label, draw(rows), limit}},  other drawings of the same rows
//   empty: {text, hint, link, action},  what to do when there is nothing at all
//   answered(answer),
// }) -> {node, reload(), toggle(column, value), chosen(column)}

import { cell, isNumeric } from "./cells.js";
import { el, replace, say, uid } from "./dom.js";
import { failureText } from "./failure.js";
import { filterControl } from "./filters.js";
import { address, get } from "./http.js";
import { language, t } from "./i18n.js";
import { watch } from "./live.js";
import { here, note } from "./route.js";

const TYPING_MS = 300;

export function dataTable(options) {
	const search = options.keep ? here().search : new URLSearchParams();
	const shown = (options.columns || []).map((one) => (typeof one === "string" ? { key: one } : one));
	const limit = options.limit || 50;
	let known = {}; // the API's columns by key
	let last = null; // the last answer
	let asked = null; // the request under way
	let sortSelect = null;

	const node = el("div", { class: "data" });
	const tools = el("div", { class: "tools" });
	const body = el("div", { class: "rows", "aria-busy": "true" });
	const foot = el("div", { class: "foot" });
	node.append(tools, body, foot);

	const own = () => [...(options.filters || []).map((filter) => filter.column).filter(Boolean), "q", "from", "to"];
	const narrowed = () => own().some((key) => search.has(key));
	const isPreset = () => options.preset && own().every((key) => search.getAll(key).join() === (options.preset[key] || []).join());
	const sort = () => search.get("sort") || options.sort || "";
	const view = () => (options.views && options.views[search.get("view")] ? search.get("view") : null);
	const pageSize = () => (view() && options.views[view()].limit) || limit;

	function parameters() {
		const result = { ...(options.fixed || {}) };
		for (const key of own()) {
			if (search.has(key)) result[key] = search.getAll(key);
		}
		if (sort()) result.sort = sort();
		return result;
	}

	function changed(reset = true) {
		if (reset) search.delete("offset");
		if (options.keep) note(search);
		load();
	}

	function set(column, values) {
		search.delete(column);
		for (const value of values) search.append(column, value);
		changed();
	}

	function order(key) {
		const now = sort();
		search.set("sort", now === key ? `-${key}` : key);
		changed();
	}

	function title(column) {
		const about = known[column.key];
		const own = typeof column.title === "function" ? column.title() : column.title;
		const text = own || (about && (about[language] || about.ru)) || column.key;
		return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
	}

	// ------------------------------------------------------------ tools

	function searchBox() {
		const id = uid("search");
		let timer = null;
		const input = el("input", {
			id, type: "search", value: search.get("q") || "", placeholder: options.search, autocomplete: "off",
			oninput() {
				clearTimeout(timer);
				timer = setTimeout(() => set("q", input.value.trim() ? [input.value.trim()] : []), TYPING_MS);
			},
		});
		return el("span", { class: "search" }, el("label", { for: id, class: "unseen" }, options.search), input);
	}

	function viewSwitch() {
		const names = [[null, t("table.as_table")], ...Object.entries(options.views).map(([name, about]) => [name, about.label])];
		const buttons = names.map(([name, label]) => el("button", {
			type: "button", "aria-pressed": String(view() === name),
			onclick() {
				if (name) search.set("view", name);
				else search.delete("view");
				for (const [i, button] of buttons.entries()) button.setAttribute("aria-pressed", String(names[i][0] === name));
				changed();
			},
		}, label));
		return el("span", { class: "switch", role: "group", "aria-label": t("table.view") }, buttons);
	}

	// On a phone there are no column heads to press.
	function sortBox(columns) {
		const id = uid("sort");
		sortSelect = el("select", { id, onchange() { search.set("sort", sortSelect.value); changed(); } },
			columns.flatMap((column) => [
				el("option", { value: column.key }, `${title(column)} ↑`),
				el("option", { value: `-${column.key}` }, `${title(column)} ↓`)]));
		sortSelect.value = sort();
		return el("span", { class: "sort-box" }, el("label", { for: id }, t("table.sort")), sortSelect);
	}

	function drawTools() {
		const filters = (options.filters || []).map((filter) => {
			const about = known[filter.column];
			const column = about && { key: filter.column, words: about.words, title: title({ key: filter.column, title: filter.title }) };
			return filterControl(filter, column, search, set);
		});
		tools.classList.toggle("bare", !options.search && !options.views && filters.every((one) => !one));
		const reset = el("button", { type: "button", class: "plain reset", onclick: clear }, t("table.reset"));
		replace(tools, options.search && searchBox(), filters, reset,
			options.views && viewSwitch(), sortBox(shown.filter((column) => known[column.key])));
	}

	function clear() {
		for (const key of own()) search.delete(key);
		drawTools();
		changed();
	}

	// ------------------------------------------------------------ rows

	function headCell(column) {
		const now = sort();
		const direction = now === column.key ? "ascending" : now === `-${column.key}` ? "descending" : null;
		const label = title(column);
		return el("th", {
			scope: "col", role: "columnheader", "aria-sort": direction, class: isNumeric(known[column.key]) ? "number" : null,
		}, el("button", { type: "button", class: "head", "data-key": column.key, onclick: () => order(column.key) },
			label, direction && el("span", { class: `arrow ${direction}`, "aria-hidden": "true" })));
	}

	function bodyCell(column, row) {
		const about = known[column.key];
		const value = row[column.key];
		const content = column.cell ? column.cell(value, row) : cell(value, about);
		const looks = [isNumeric(about) && !column.cell ? "number" : column.class, column.minor && "minor"].filter(Boolean).join(" ");
		const attributes = { "data-title": title(column), class: looks || null };
		if (column.heading) return el("th", { scope: "row", role: "rowheader", ...attributes }, content);
		return el("td", { role: "cell", ...attributes }, content);
	}

	function unfolding(row, width) {
		const id = uid("more");
		const place = el("td", { colspan: width, role: "cell" });
		const under = el("tr", { id, hidden: true, class: "under", role: "row" }, place);
		const button = el("button", {
			type: "button", class: "plain", "aria-expanded": "false", "aria-controls": id,
			async onclick() {
				const open = under.hidden;
				under.hidden = !open;
				button.setAttribute("aria-expanded", String(open));
				if (!open || place.hasChildNodes()) return;
				try {
					replace(place, await options.more(row));
				} catch (error) {
					replace(place, failureText(error));
				}
			},
		}, options.moreLabel || t("table.more"));
		return { button, under };
	}

	function bodyRow(columns, row, width) {
		const cells = columns.map((column) => bodyCell(column, row));
		const more = options.more && (!options.hasMore || options.hasMore(row)) ? unfolding(row, width) : null;
		const actions = options.actions ? options.actions(row) : [];
		if (more || options.actions) cells.push(el("td", { class: "actions", role: "cell" }, more && more.button, actions));
		return [el("tr", { role: "row" }, cells), more && more.under];
	}

	function drawTable(answer) {
		const columns = shown.filter((column) => known[column.key]);
		const acts = Boolean(options.actions || options.more);
		const width = columns.length + (acts ? 1 : 0);
		return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": options.caption },
			el("table", { role: "table" },
				el("caption", { class: "unseen" }, options.caption),
				el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, columns.map(headCell),
					acts && el("td", { role: "cell", class: "actions" }, el("span", { class: "unseen" }, t("table.actions"))))),
				el("tbody", { role: "rowgroup" }, answer.rows.map((row) => bodyRow(columns, row, width)))));
	}

	function drawEmpty() {
		if (narrowed() && !isPreset()) {
			return el("div", { class: "empty" }, el("p", {}, t("table.nothing_found")),
				el("button", { type: "button", onclick: clear }, t("table.reset")));
		}
		const empty = options.empty || { text: t("table.empty") };
		return el("div", { class: "empty" }, el("p", {}, empty.text), empty.hint && el("p", { class: "hint" }, empty.hint), empty.action);
	}

	function drawFoot(answer) {
		foot.hidden = answer.total === 0 && (!narrowed() || isPreset());
		const first = answer.total === 0 ? 0 : answer.offset + 1;
		const end = Math.min(answer.total, answer.offset + answer.rows.length);
		const step = (offset) => { search.set("offset", String(Math.max(0, offset))); changed(false); };
		const pages = answer.total > answer.rows.length && el("span", { class: "pages" },
			el("button", { type: "button", disabled: answer.offset === 0, onclick: () => step(answer.offset - pageSize()) }, t("table.previous")),
			el("button", { type: "button", disabled: end >= answer.total, onclick: () => step(answer.offset + pageSize()) }, t("table.next")));
		const file = (format) => el("a", {
			href: address(options.list, { ...parameters(), format, lang: language }), download: `${options.list}.${format}`,
		}, format.toUpperCase());
		replace(foot, el("span", { class: "count" }, t("table.count", { first, last: end, n: answer.total })), pages,
			el("span", { class: "exports" }, el("span", {}, t("table.export")), file("csv"), file("xlsx"),
				el("button", { type: "button", class: "plain", onclick: () => print() }, t("table.print"))));
	}

	function draw(answer) {
		const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.key : null;
		const unfolded = body.querySelector("tr.under:not([hidden])");
		if (unfolded && last && last.quiet) return; // a person is reading; the next change comes soon
		const rows = answer.rows;
		replace(body, rows.length === 0 ? drawEmpty() : view() ? options.views[view()].draw(rows) : drawTable(answer));
		if (focused) body.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
		if (sortSelect) sortSelect.value = sort();
		drawFoot(answer);
		tools.classList.toggle("narrowed", narrowed());
		body.setAttribute("aria-busy", "false");
	}

	async function load(quiet = false) {
		if (asked) asked.abort();
		const mine = new AbortController();
		asked = mine;
		if (!quiet) body.setAttribute("aria-busy", "true");
		try {
			const answer = await get(options.list, { ...parameters(), limit: pageSize(), offset: search.get("offset") || 0 }, mine.signal);
			if (asked !== mine) return;
			const first = last === null;
			known = Object.fromEntries(answer.columns.map((column) => [column.key, column]));
			last = { ...answer, quiet };
			if (first) drawTools();
			draw(answer);
			if (!quiet && !first) say(t("table.count", { first: answer.offset + 1, last: answer.offset + answer.rows.length, n: answer.total }));
			if (options.answered) options.answered(answer);
		} catch (error) {
			if (error.name === "AbortError" || asked !== mine || quiet) return;
			body.setAttribute("aria-busy", "false");
			replace(body, el("div", { class: "empty", role: "alert" }, el("p", {}, failureText(error)),
				el("button", { type: "button", onclick: () => load() }, t("retry"))));
		}
	}

	if (options.preset && !narrowed()) {
		for (const [key, values] of Object.entries(options.preset)) for (const value of values) search.append(key, value);
	}
	watch([options.list, ...(options.also || [])], () => load(true));
	load();

	return {
		node,
		reload: () => load(true),
		chosen: (column) => search.getAll(column),
		toggle(column, value) {
			const now = search.getAll(column);
			set(column, now.includes(value) ? now.filter((one) => one !== value) : [...now, value]);
			drawTools();
		},
	};
}
