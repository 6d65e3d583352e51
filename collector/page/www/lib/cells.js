// What a value of the API's column types looks like in a table.

import { el } from "./dom.js";
import { day, NONE, number, time } from "./format.js";
import { t } from "./i18n.js";
import { badge, hasLook } from "./state.js";
import { word } from "./words.js";

const LIST_SHOWN = 3;

function list(value) {
	const items = Array.isArray(value) ? value : [value];
	if (items.length === 0) return NONE;
	const text = items.slice(0, LIST_SHOWN).join(", ");
	return items.length > LIST_SHOWN ? el("span", { title: items.join(", ") }, `${text} +${items.length - LIST_SHOWN}`) : text;
}

const TYPES = {
	text: (value) => value,
	word: (value, column) => (hasLook(column.words, value) ? badge(column.words, value) : word(column.words, value)),
	number: (value) => number(value),
	time: (value) => time(value),
	date: (value) => day(value),
	boolean: (value) => (value ? t("yes") : t("no")),
	list,
	json: (value) => el("code", {}, typeof value === "string" ? value : JSON.stringify(value)),
};

export function cell(value, column) {
	if (value === null || value === undefined || value === "") return NONE;
	return (TYPES[column.type] || TYPES.text)(value, column);
}

export function isNumeric(column) { return column.type === "number"; }
