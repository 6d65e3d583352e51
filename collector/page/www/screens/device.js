// One device: what it is, why we think so, where it was seen, what changed, and what a person set right.

import { el, replace } from "../lib/dom.js";
import { failureText } from "../lib/failure.js";
import { formDialog } from "../lib/form.js";
import { mbps, NONE, percent, time } from "../lib/format.js";
import { get, post } from "../lib/http.js";
import { t } from "../lib/i18n.js";
import { may } from "../lib/rights.js";
import { dataTable } from "../lib/table.js";
import { choices, word } from "../lib/words.js";
import { antivirusTable, softwareTable } from "./equipment.js";
import { schoolLink } from "./links.js";

function pairs(items) {
	return el("dl", { class: "pairs" }, items.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value === null || value === undefined || value === "" ? NONE : value)]));
}

function many(values) { return values && values.length ? values.map((one) => el("div", {}, el("code", {}, one))) : NONE; }

// What a change was of: the fields and their values, as people read them.
const HIDDEN = ["device_id", "school_id", "report_id", "agent_id"];
function changes(value) {
	const entries = Object.entries(value || {}).filter(([key, one]) => one !== null && one !== "" && !HIDDEN.includes(key));
	if (entries.length === 0) return NONE;
	return el("ul", {}, entries.map(([key, one]) => el("li", {}, el("span", { class: "against" }, `${column(key)}: `),
		key === "class" ? word("device_class", one) : typeof one === "object" ? JSON.stringify(one) : String(one))));
}

const NAMES = {
	class: "device.class", serial: "device.serial", firmware: "device.firmware", os: "device.os", name: "device.name", vendor: "device.vendor", model: "device.model",
	room: "device.room", inventory_number: "device.inventory_number", last_seen: "device.last_seen", first_seen: "device.first_seen", absent_since: "device.absent_since",
};
function column(key) { return NAMES[key] ? t(NAMES[key]) : key; }

function correct(row, done) {
	formDialog(t("device.correct_title"), {
		before: el("p", { class: "hint field" }, t("device.correct_about")),
		fields: [
			{ name: "class", label: t("device.class"), type: "choice", value: row.class, choices: choices("device_class") },
			{ name: "room", label: t("device.room"), value: row.room, max: 64 },
			{ name: "inventory_number", label: t("device.inventory_number"), value: row.inventory_number, max: 64 },
		],
		submit: t("device.save"), done,
		send: ({ class: kind, room, inventory_number }) => post("devices/correct", {
			device_id: row.device_id, room, inventory_number, ...(kind !== row.class && { class: kind }),
		}),
	});
}

function whatItIs(row) {
	return el("section", { class: "panel w6" }, el("h2", {}, t("device.what")), pairs([
		[t("device.class"), [word("device_class", row.class), row.corrected ? ` · ${t("device.corrected")}` : ""]],
		[t("device.maker"), [row.vendor, row.model].filter(Boolean).join(" ")], [t("device.serial"), row.serial && el("code", {}, row.serial)],
		[t("device.inventory_number"), row.inventory_number], [t("device.room"), row.room],
		[t("device.os"), row.os], [t("device.firmware"), row.firmware], [t("device.name"), row.name],
		[t("device.addresses"), many(row.addresses)], [t("device.macs"), many(row.macs)],
		[t("device.first_seen"), time(row.first_seen)], [t("device.last_seen"), time(row.last_seen)],
		...(row.absent_since ? [[t("device.absent_since"), time(row.absent_since)]] : []),
		...(row.gone_at ? [[t("device.gone_at"), time(row.gone_at)]] : []), ...(row.units > 1 ? [[t("device.units"), row.units]] : []),
	]));
}

function why(row, fixed) {
	const table = dataTable({
		list: "device_evidence", caption: t("device.why"), fixed, sort: "source", limit: 100,
		columns: ["source", { key: "key", heading: true }, { key: "value", cell: (value) => el("code", {}, value) }, "seen_at"],
		empty: { text: t("device.no_evidence") },
	});
	return el("section", { class: "w6" }, el("div", { class: "panel" }, el("h2", {}, t("device.why")),
		el("p", {}, t("device.rule", { name: word("device_class", row.class), rule: row.class_rule || NONE, share: percent(100 * (row.confidence || 0)) })),
		el("p", { class: "hint" }, t("device.weighed")),
		row.corrected ? el("p", { class: "hint" }, t("device.person_said")) : null), el("div", { class: "part" }, table.node));
}

function part(title, options) {
	return el("section", { class: "part" }, el("h2", {}, title), dataTable({ caption: title, limit: 50, ...options }).node);
}

// What a computer told of itself (host script, imported inventory), one thing a line.
const FACTS = {
	cpu: "device.fact_cpu", memory: "device.fact_memory", disk: "device.fact_disk", monitor: "device.fact_monitor", usb: "device.fact_usb",
	board: "device.fact_board", bios: "device.fact_bios", chassis: "device.fact_chassis", domain: "device.fact_domain", os_version: "device.fact_os_version",
};
// Parts of a fact that are bare numbers, by their places.
const UNITS = { cpu: [null, "device.in_cores", "device.in_threads", "device.in_mhz"], memory: ["device.in_mib"], disk: [null, "device.in_mb"], monitor: [null, null, null, "device.in_inches"] };
function fact(value, row) {
	return value.split(";").map((one, i) => (one && UNITS[row.key]?.[i] ? t(UNITS[row.key][i], { n: one }) : one)).filter(Boolean).join(" · ");
}

function told(me, fixed) {
	return [
		part(t("device.told"), {
			list: "device_evidence", fixed: { ...fixed, source: "facts", key: Object.keys(FACTS) }, sort: "key",
			columns: [{ key: "key", heading: true, cell: (value) => t(FACTS[value]) }, { key: "value", cell: fact }, "seen_at"],
			empty: { text: t("device.no_told"), hint: t("equipment.no_told_hint") },
		}),
		el("section", { class: "part" }, el("h2", {}, t("equipment.tab_antivirus")), antivirusTable(me, { fixed, caption: t("equipment.tab_antivirus"), limit: 50 }).node),
		el("section", { class: "part" }, el("h2", {}, t("equipment.tab_software")), softwareTable(me, { fixed, caption: t("equipment.tab_software"), limit: 50 }).node),
	];
}

const COMPUTERS = ["desktop_pc", "all_in_one", "thin_client", "laptop", "tablet", "server", "info_kiosk"];

function screen(ctx, row, reload) {
	const fixed = { device_id: row.device_id };
	ctx.titled(row.label);
	return [
		el("div", { class: "title" }, el("h1", {}, row.label), may(ctx.me, "correct") && el("div", { class: "acts" },
			el("button", { type: "button", class: "primary", onclick: () => correct(row, reload) }, t("device.correct"))),
		el("p", { class: "about" }, `${word("device_class", row.class)} · `, schoolLink(row.school, row.school_name || row.school))),
		el("div", { class: "grid" }, whatItIs(row), why(row, fixed)),
		...(COMPUTERS.includes(row.class) ? told(ctx.me, fixed) : []),
		part(t("device.history"), {
			list: "device_history", fixed, sort: "-changed_at", columns: [{ key: "changed_at", heading: true, cell: (value) => el("span", { class: "when" }, time(value)) }, "action", { key: "was", cell: changes }, { key: "became", cell: changes }, "by"], empty: { text: t("device.no_history") },
		}),
		part(t("device.ports"), { list: "ports", fixed, columns: PORTS, empty: { text: t("device.no_ports"), hint: t("device.no_ports_hint") } }),
		part(t("device.neighbors"), { list: "neighbors", fixed, columns: NEIGHBORS, empty: { text: t("device.no_neighbors") } }),
	];
}

function absent() {
	return el("div", { class: "panel empty" }, el("h1", {}, t("device.absent")), el("p", { class: "hint" }, t("device.absent_hint")));
}

// ifOperStatus of IF-MIB: 1 is up.
const PORTS = [
	"if_index", { key: "name", heading: true }, "alias", "mac",
	{ key: "speed_bps", title: () => t("device.port_speed"), class: "number", cell: (value) => (value ? mbps(value / 1e6) : NONE) },
	{ key: "oper_status", cell: (value) => (value === 1 ? t("device.port_up") : value === 2 ? t("device.port_down") : value ?? NONE) },
];
const NEIGHBORS = ["local_port", { key: "system_name", heading: true }, "chassis_id", "port_id", "protocol", "seen_at"];

export function deviceScreen(ctx) {
	const place = el("div", { "aria-busy": "true" });
	async function load() {
		try {
			const answer = await get("devices", { device_id: ctx.argument, limit: 1 });
			replace(place, answer.rows.length === 0 ? absent() : screen(ctx, answer.rows[0], load));
		} catch (error) {
			replace(place, error.status === 400 ? absent() : el("p", { class: "failure", role: "alert" }, failureText(error)));
		}
		place.removeAttribute("aria-busy");
	}
	load();
	return place;
}
