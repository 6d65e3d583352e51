// Numbers, moments and durations as people of the page's language write them.

import { locale, t } from "./i18n.js";

export const NONE = "—";

export function number(value, digits) {
	if (value === null || value === undefined || value === "") return NONE;
	const fraction = digits ?? (Number.isInteger(value) ? 0 : 1);
	return Number(value).toLocaleString(locale(), { maximumFractionDigits: fraction });
}

export function mbps(value) {
	return value === null || value === undefined ? NONE : `${number(value, value < 10 ? 1 : 0)} ${t("unit.mbps")}`;
}

export function megabytes(bytes) {
	return bytes === null || bytes === undefined ? NONE : `${number(bytes / 1e6, 1)} ${t("unit.mb")}`;
}

export function ms(value) {
	return value === null || value === undefined ? NONE : `${number(value, value < 10 ? 1 : 0)} ${t("unit.ms")}`;
}

export function percent(value) {
	return value === null || value === undefined ? NONE : `${number(value, value > 99 && value < 100 ? 2 : 1)} %`;
}

// A moment comes as milliseconds or as ISO 8601.
export function moment(value) {
	if (value === null || value === undefined || value === "") return null;
	const date = new Date(value);
	return Number.isNaN(date.getTime()) ? null : date;
}

export function time(value, zone) {
	const date = moment(value);
	if (!date) return NONE;
	return date.toLocaleString(locale(), {
		day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: zone || undefined,
	});
}

export function day(value) {
	if (!value) return NONE;
	const date = new Date(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T12:00:00` : value);
	return Number.isNaN(date.getTime()) ? String(value)
		: date.toLocaleDateString(locale(), { day: "2-digit", month: "2-digit", year: "numeric" });
}

export function month(value, form = "short") {
	const date = new Date(`${String(value).slice(0, 7)}-15T12:00:00`);
	return Number.isNaN(date.getTime()) ? String(value)
		: date.toLocaleDateString(locale(), form === "short" ? { month: "short" } : { month: "long", year: "numeric" });
}

export function clock(date, zone) {
	return date.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", timeZone: zone || undefined });
}

export function duration(seconds) {
	if (seconds === null || seconds === undefined) return NONE;
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} ${t("unit.s")}`;
	const days = Math.floor(whole / 86400);
	const hours = Math.floor((whole % 86400) / 3600);
	const minutes = Math.floor((whole % 3600) / 60);
	const parts = [];
	if (days) parts.push(`${number(days)} ${t("unit.d")}`);
	if (hours) parts.push(`${hours} ${t("unit.h")}`);
	if (minutes && !days) parts.push(`${minutes} ${t("unit.min")}`);
	return parts.slice(0, 2).join(" ");
}

// How long ago, in the largest unit that fits.
export function ago(value, now = Date.now()) {
	const date = moment(value);
	if (!date) return t("time.never");
	const seconds = Math.max(0, Math.round((now - date.getTime()) / 1000));
	if (seconds < 45) return t("time.now");
	const words = new Intl.RelativeTimeFormat(locale(), { numeric: "always", style: "short" });
	if (seconds < 3600) return words.format(-Math.max(1, Math.round(seconds / 60)), "minute");
	if (seconds < 86400) return words.format(-Math.round(seconds / 3600), "hour");
	return words.format(-Math.round(seconds / 86400), "day");
}

// What <input type="datetime-local"> takes and gives is local time without a zone.
export function localInput(date) {
	const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60000);
	return shifted.toISOString().slice(0, 16);
}
