// A line over time: uPlot with the band between least and greatest, norm and contract, lesson time shaded.

import { el, replace } from "./dom.js";
import { clock, mbps, number, percent } from "./format.js";
import { locale, t } from "./i18n.js";

const HEIGHT = 260;
let loading = null;

function library() {
	if (!loading) {
		loading = new Promise((resolve, reject) => {
			const script = el("script", { src: "vendor/uplot/uPlot.iife.min.js" });
			script.addEventListener("load", () => resolve(window.uPlot));
			script.addEventListener("error", () => reject(new Error("uPlot")));
			document.head.append(script);
		});
	}
	return loading;
}

function colour(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

const UNITS = {
	down: mbps, up: mbps, availability: percent,
	latency: (value) => `${number(value, 1)} ${t("unit.ms")}`,
	loss: percent,
};

// Two days and less are told by the hour, longer ones by the day, a year by the month.
function tick(seconds, span, zone) {
	const date = new Date(seconds * 1000);
	const at = zone ? { timeZone: zone } : {};
	if (span <= 2 * 86400) return clock(date, zone);
	if (span <= 100 * 86400) return date.toLocaleDateString(locale(), { day: "numeric", month: "short", ...at });
	return date.toLocaleDateString(locale(), { month: "short", year: "2-digit", ...at });
}

// Several ticks of one day are told once.
function onlyNew(texts) { return texts.map((text, i) => (text === texts[i - 1] ? "" : text)); }

function shadeLessons(lessons) {
	return (plot) => {
		const { ctx, bbox } = plot;
		ctx.save();
		ctx.fillStyle = colour("--lesson");
		for (const [from, to] of lessons) {
			const left = Math.max(bbox.left, plot.valToPos(from, "x", true));
			const right = Math.min(bbox.left + bbox.width, plot.valToPos(to, "x", true));
			if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
		}
		ctx.restore();
	};
}

function level(value, dash) {
	return (plot) => {
		if (value === null || value === undefined) return;
		const { ctx, bbox } = plot;
		const y = plot.valToPos(value, "y", true);
		if (y < bbox.top || y > bbox.top + bbox.height) return;
		ctx.save();
		ctx.strokeStyle = colour("--ink");
		ctx.lineWidth = 1.5 * devicePixelRatio;
		ctx.setLineDash(dash.map((one) => one * devicePixelRatio));
		ctx.beginPath();
		ctx.moveTo(bbox.left, y);
		ctx.lineTo(bbox.left + bbox.width, y);
		ctx.stroke();
		ctx.restore();
	};
}

function points(answer) {
	const columns = [[], [], [], []];
	for (const [at, least, middle, most] of answer.points) {
		columns[0].push(at);
		columns[1].push(least);
		columns[2].push(middle);
		columns[3].push(most);
	}
	return columns;
}

function settings(name, answer, width, range, zone) {
	const unit = UNITS[name];
	const high = Math.max(answer.norm || 0, answer.contract || 0, ...answer.points.map((point) => point[3] ?? point[2] ?? 0));
	const span = range[1] - range[0];
	const axis = { stroke: colour("--ink-soft"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 }, font: "12px system-ui, sans-serif" };
	const show = (plot, value) => (value === null || value === undefined ? "—" : unit(value));
	const top = name === "availability" ? 100 : high * 1.08 || 1;
	const bottom = name === "availability" ? Math.min(90, ...answer.points.map((point) => point[1] ?? 100)) : 0;
	return {
		width, height: HEIGHT, cursor: { y: false, points: { size: 6 } },
		scales: { x: { time: true, range: () => range }, y: { range: () => [bottom, top] } },
		axes: [
			{ ...axis, space: 70, values: (plot, splits) => onlyNew(splits.map((at) => tick(at, span, zone))) },
			{ ...axis, size: 52, values: (plot, splits) => splits.map((value) => number(value)) },
		],
		series: [
			{ label: t("chart.time"), value: (plot, at) => (at ? new Date(at * 1000).toLocaleString(locale(), { dateStyle: "short", timeStyle: "short", timeZone: zone || undefined }) : "—") },
			{ label: t("chart.least"), stroke: "transparent", points: { show: false }, value: show },
			{ label: t("chart.median"), stroke: colour("--accent"), width: 2, points: { show: answer.points.length < 40, size: 4 }, value: show },
			{ label: t("chart.most"), stroke: "transparent", points: { show: false }, value: show },
		],
		bands: [{ series: [3, 1], fill: `${colour("--accent")}33` }],
		hooks: { drawClear: [shadeLessons(answer.lessons || [])], draw: [level(answer.norm, []), level(answer.contract, [6, 4])] },
	};
}

// What a screen reader is told of the drawing.
function inWords(name, answer) {
	const middles = answer.points.map((point) => point[2]).filter((value) => value !== null && value !== undefined).sort((a, b) => a - b);
	if (middles.length === 0) return t("chart.no_data");
	return t("chart.in_words", {
		n: middles.length, least: UNITS[name](middles[0]), median: UNITS[name](middles[middles.length >> 1]), most: UNITS[name](middles[middles.length - 1]),
	});
}

// Draws the answer of GET series into the place. range: [from_s, to_s].
export async function drawSeries(place, name, answer, range, zone) {
	if (answer.points.length === 0) {
		replace(place, el("div", { class: "chart-empty" }, el("p", {}, t("chart.no_data"))));
		return;
	}
	const UPlot = await library();
	replace(place);
	place.setAttribute("role", "img");
	place.setAttribute("aria-label", inWords(name, answer));
	const plot = new UPlot(settings(name, answer, place.clientWidth || 600, range, zone), points(answer), place);
	const watcher = new ResizeObserver(() => {
		if (!place.isConnected) watcher.disconnect();
		else if (place.clientWidth) plot.setSize({ width: place.clientWidth, height: HEIGHT });
	});
	watcher.observe(place);
}
