// Сводка: how many schools are in norm, which are not, and how it goes by month.

import { el, replace } from "../lib/dom.js";
import { bar, monthBars } from "../lib/draw.js";
import { failureText } from "../lib/failure.js";
import { NONE, number, percent, time } from "../lib/format.js";
import { get } from "../lib/http.js";
import { t } from "../lib/i18n.js";
import { watch } from "../lib/live.js";
import { may } from "../lib/rights.js";
import { link } from "../lib/route.js";
import { badge, look, sign } from "../lib/state.js";
import { dataTable } from "../lib/table.js";
import { choices, word } from "../lib/words.js";
import { againstNorm, schoolLink, seen } from "./links.js";

const STATES = ["norm", "below", "critical", "no_link", "no_data", "maintenance"];
const TILES = 1000;

function tile(row) {
	const { tone, sign: name } = look("school_state", row.state);
	return el("a", { class: `tile tone-${tone}`, href: link("school", row.school) },
		el("strong", { title: row.name }, row.name),
		el("span", { class: "state-name" }, name && sign(name), word("school_state", row.state)),
		el("small", {}, row.median_down_mbps === null ? t("summary.not_measured") : `${number(row.median_down_mbps, 0)} / ${number(row.norm_down_mbps, 0)} ${t("unit.mbps")}`));
}

function stateButtons(summary, table) {
	const known = choices("school_state").map(([key]) => key);
	const keys = [...STATES.filter((key) => known.includes(key) || key in summary.states), ...Object.keys(summary.states).filter((key) => !STATES.includes(key))];
	const chosen = table.chosen("state");
	return keys.map((key) => {
		const { tone, sign: name } = look("school_state", key);
		const count = summary.states[key] || 0;
		return el("button", {
			type: "button", class: `tone-${tone}`, "aria-pressed": String(chosen.includes(key)), "data-state": key,
			onclick: () => table.toggle("state", key),
		}, el("span", { class: count ? "big" : "big zero" }, number(count)),
		el("span", { class: "state-name" }, name && sign(name), word("school_state", key)));
	});
}

function goal(summary) {
	const good = summary.in_norm >= summary.plan;
	return [
		el("h2", {}, t("summary.goal")),
		el("div", { class: "goal" }, el("span", { class: "big" }, t("summary.x_of_n", { x: summary.in_norm, n: summary.schools })),
			el("span", {}, summary.schools ? percent((100 * summary.in_norm) / summary.schools) : ""),
			bar(summary.in_norm, summary.schools, [{ at: summary.plan }], good),
			el("span", { class: "hint" }, summary.plan === null || summary.plan === undefined ? t("summary.no_plan") : t("summary.plan", { n: summary.plan }))),
		el("dl", { class: "facts" },
			fact(t("summary.agents"), number(summary.agents), summary.agents_silent ? t("summary.silent", { n: summary.agents_silent }) : null),
			fact(t("summary.alerts"), number(summary.alerts_firing)),
			fact(t("summary.devices"), number(summary.devices)),
			fact(t("summary.pcs"), number(summary.pcs))),
	];
}

function fact(name, value, small) {
	return el("div", {}, el("dt", {}, name), el("dd", {}, value, small && el("small", {}, " ", small)));
}

// x of N year by year, against the plan.
async function years(place) {
	try {
		const answer = await get("norm_years", { limit: 20 });
		replace(place, answer.rows.length < 1 ? [] : el("table", { class: "plain" }, el("caption", {}, t("summary.years")),
			el("thead", {}, el("tr", {}, [t("summary.year"), t("summary.fact"), t("summary.plan_short")].map((name) => el("th", { scope: "col" }, name)))),
			el("tbody", {}, answer.rows.map((row) => el("tr", {}, el("th", { scope: "row" }, String(row.year)),
				el("td", {}, row.judged ? `${t("summary.x_of_n", { x: row.in_norm, n: row.schools })} (${percent(row.share_pct)})` : word("compliance", "no_data")),
				el("td", {}, row.plan === null ? NONE : `${t("summary.x_of_n", { x: row.plan, n: row.schools })} (${percent(row.plan_pct)})`))))));
	} catch (error) {
		replace(place, el("p", { class: "failure" }, failureText(error)));
	}
}

async function trend(place) {
	try {
		const answer = await get("trend", { sort: "-month", limit: 12 });
		const rows = answer.rows.reverse().map((row) => ({ ...row, plan_pct: row.plan && row.schools ? (100 * row.plan) / row.schools : null }));
		replace(place, el("h2", {}, t("summary.trend")), rows.length === 0 ? el("div", { class: "chart-empty" }, el("p", {}, t("summary.no_trend")))
			: [monthBars(place.clientWidth - 36, rows, t("summary.trend_words", {
				n: rows.length, share: percent(rows[rows.length - 1].share_pct),
			})), el("p", { class: "hint" }, t("summary.trend_hint"))]);
	} catch (error) {
		replace(place, el("p", { class: "failure" }, failureText(error)));
	} finally {
		place.removeAttribute("aria-busy");
	}
}

const minor = (key) => ({ key, minor: true });

function schoolTable(ctx, pressed) {
	return dataTable({
		list: "schools", caption: t("summary.schools"), keep: true, sort: "state", limit: 50, also: ["outages", "alerts"],
		search: t("summary.search"),
		columns: [
			{ key: "name", heading: true, cell: (value, row) => schoolLink(row.school, value) }, "state", { key: "municipality", minor: true },
			{ key: "median_down_mbps", cell: (value, row) => againstNorm(value, row.norm_down_mbps), class: "number" },
			{ key: "median_up_mbps", cell: (value, row) => againstNorm(value, row.norm_up_mbps), class: "number" },
			"of_norm_pct", { key: "agents_silent", cell: (value) => (value > 0 ? badge("agent_state", "silent", number(value)) : NONE), class: "number" },
			"availability_pct", "outage_lesson_min", minor("leaks"), minor("overblocks"), "alerts", { key: "last_heard_at", cell: seen },
		],
		filters: [{ column: "state", kind: "words" }, { column: "municipality", kind: "values" }, { column: "provider", kind: "values" },
			{ column: "settlement", kind: "words" }],
		views: { tiles: { label: t("summary.as_tiles"), limit: TILES, draw: (rows) => el("div", { class: "tiles" }, rows.map(tile)) } },
		empty: {
			text: t("summary.empty"), hint: may(ctx.me, "school") ? t("summary.empty_hint") : t("summary.empty_ask"),
			action: may(ctx.me, "school") && el("a", { class: "button primary", href: link("schools") }, t("schools.add")),
		},
		answered: pressed,
	});
}

export function summaryScreen(ctx) {
	const states = el("div", { class: "states", role: "group", "aria-label": t("summary.states") });
	const share = el("section", { class: "panel w5", "aria-busy": "true" });
	const months = el("section", { class: "panel w7", "aria-busy": "true" });
	const byYear = el("div", { class: "years" });
	const about = el("p", { class: "about" });
	const table = schoolTable(ctx, () => {
		for (const button of states.children) button.setAttribute("aria-pressed", String(table.chosen("state").includes(button.dataset.state)));
	});
	async function load() {
		try {
			const summary = await get("summary");
			const focused = document.activeElement && document.activeElement.dataset.state;
			replace(states, stateButtons(summary, table));
			if (focused) states.querySelector(`[data-state="${focused}"]`)?.focus();
			replace(share, goal(summary), byYear);
			years(byYear);
			about.textContent = t("summary.at", { time: time(summary.at) });
		} catch (error) {
			replace(share, el("p", { class: "failure" }, failureText(error)));
		} finally {
			share.removeAttribute("aria-busy");
		}
	}
	load();
	trend(months);
	watch(["schools", "outages", "alerts", "agents", "summary"], load);
	return [
		el("div", { class: "title" }, el("h1", {}, t("nav.summary")), about),
		states, el("div", { class: "grid" }, share, months), table.node,
	];
}
