// Small drawings in SVG: a bar against marks, bars by month, spans of time in lanes.

import { el, svg } from "./dom.js";
import { clock, duration, mbps, month, number, time } from "./format.js";
import { locale, t } from "./i18n.js";

// value of most, with upright marks [{at, contract}].
export function bar(value, most, marks, good) {
	const scale = (x) => (most > 0 ? Math.min(100, (100 * x) / most) : 0);
	return svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
		svg("rect", { class: "bar-ground", width: 100, height: 10, y: 0, rx: 0.6 }),
		svg("rect", { class: good ? "bar-fill" : "bar-fill below", width: scale(value || 0), height: 10, rx: 0.6 }),
		marks.filter((mark) => mark.at).map((mark) => svg("line", {
			class: mark.contract ? "bar-contract" : "bar-mark", x1: scale(mark.at), x2: scale(mark.at), y1: 0, y2: 10, "vector-effect": "non-scaling-stroke",
		})));
}

// rows: [{month, share_pct, plan_pct}]; drawn at its own size, so that its words stay readable.
export function monthBars(width, rows, caption) {
	const wide = Math.max(260, width), high = 190, left = 44, bottom = 22, top = 16;
	const inner = high - bottom - top;
	const step = (wide - left) / Math.max(1, rows.length);
	const y = (share) => top + inner * (1 - Math.max(0, Math.min(100, share)) / 100);
	const levels = [0, 50, 100].map((share) => [
		svg("line", { x1: left, x2: wide, y1: y(share), y2: y(share), stroke: "var(--line)" }),
		svg("text", { x: left - 6, y: y(share) + 4, "text-anchor": "end" }, `${share} %`)]);
	const bars = rows.map((row, i) => {
		const share = row.share_pct ?? 0;
		const x = left + i * step + step * 0.18;
		return [
			svg("rect", { class: "bar", x, width: step * 0.64, y: y(share), height: Math.max(0, top + inner - y(share)), rx: 2 },
				svg("title", {}, `${month(row.month, "long")}: ${number(share)} %`)),
			svg("text", { class: "value", x: x + step * 0.32, y: y(share) - 4, "text-anchor": "middle" }, row.share_pct === null ? "" : number(share, 0)),
			svg("text", { x: x + step * 0.32, y: high - 6, "text-anchor": "middle" }, step < 38 && i % 2 ? "" : month(row.month)),
		];
	});
	const plan = rows.filter((row) => row.plan_pct !== null && row.plan_pct !== undefined).map((row) =>
		`M${left + rows.indexOf(row) * step} ${y(row.plan_pct)}h${step}`).join("");
	return el("figure", {},
		svg("svg", { class: "chart-bars", viewBox: `0 0 ${wide} ${high}`, role: "img", "aria-label": caption },
			levels, bars, plan && svg("path", { class: "plan", d: plan })));
}

function lessonsOf(lessons, x) {
	return (lessons || []).map(([from, to]) => [x(from), x(to)]).filter(([a, b]) => b > a);
}

// Times under the lanes.
function axis(range, x, zone, y, count) {
	const span = range[1] - range[0];
	return Array.from({ length: count + 1 }, (unused, i) => {
		const at = range[0] + (span * i) / count;
		const date = new Date(at * 1000);
		const text = span <= 2 * 86400 ? clock(date, zone)
			: date.toLocaleDateString(locale(), { day: "numeric", month: "short", timeZone: zone || undefined });
		return [
			svg("line", { class: "rule", x1: x(at), x2: x(at), y1: 0, y2: y - 14 }),
			svg("text", { class: "axis", x: x(at), y, "text-anchor": i === 0 ? "start" : i === count ? "end" : "middle" }, text)];
	});
}

// lanes: [{label, tone, spans: [{from, to, title}]}], seconds.
export function timeline(width, lanes, range, lessons, zone, caption) {
	const wide = Math.max(260, width), narrow = wide < 600;
	const label = narrow ? 0 : 270, row = narrow ? 44 : 30, drop = narrow ? 14 : 0;
	const high = lanes.length * row + 22;
	const x = (at) => label + ((wide - label) * (Math.min(range[1], Math.max(range[0], at)) - range[0])) / (range[1] - range[0]);
	return svg("svg", { class: "lanes", height: high, viewBox: `0 0 ${wide} ${high}`, role: "img", "aria-label": caption },
		lessonsOf(lessons, x).map(([a, b]) => svg("rect", { class: "lesson", x: a, width: b - a, y: 0, height: lanes.length * row })),
		axis(range, x, zone, high - 4, narrow ? 3 : 6),
		lanes.map((lane, i) => [
			svg("rect", { class: "lane", x: label, width: wide - label, y: i * row + 8 + drop, height: 12, rx: 2 }),
			svg("text", { x: 0, y: i * row + (narrow ? 14 : 18) }, lane.label),
			lane.spans.map((span) => svg("rect", {
				class: `span tone-${lane.tone}`, x: x(span.from), width: Math.max(2, x(span.to) - x(span.from)), y: i * row + 5 + drop, height: 18, rx: 1.5,
			}, svg("title", {}, span.title))),
		]));
}

// The rate in each stretch of a test against its target; those of the warm-up are pale.
export function sampleBars(values, warmup, target, caption) {
	const most = Math.max(target || 0, ...values) * 1.08 || 1;
	const wide = values.length * 10;
	return svg("svg", { class: "samples", viewBox: `0 0 ${wide} 100`, preserveAspectRatio: "none", role: "img", "aria-label": caption },
		svg("rect", { class: "bar-ground", width: wide, height: 100 }),
		values.map((value, i) => svg("rect", {
			class: i < warmup ? "bar-fill pale" : "bar-fill", x: i * 10 + 1, width: 8, y: 100 - (100 * value) / most, height: (100 * value) / most,
		}, svg("title", {}, mbps(value)))),
		target && svg("line", { class: "bar-mark", x1: 0, x2: wide, y1: 100 - (100 * target) / most, y2: 100 - (100 * target) / most, "vector-effect": "non-scaling-stroke" }));
}

// A list of names with bars: [{label, value, href}]
export function barList(items) {
	const most = Math.max(1, ...items.map((item) => item.value));
	return el("ul", { class: "bars" }, items.map((item) => el("li", {},
		item.href ? el("a", { href: item.href }, item.label) : el("span", {}, item.label),
		svg("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
			svg("rect", { class: "bar-fill", width: (100 * item.value) / most, height: 10 })),
		el("span", { class: "number" }, number(item.value)))));
}

export function spanTitle(row) {
	return `${time(row.onset, row.time_zone)} · ${row.end ? duration(row.duration_s) : t("outages.now")}`;
}
