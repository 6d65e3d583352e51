// Bells of a school: a line a weekday, "08:30–09:15, 09:25–10:10".

import { el } from "../lib/dom.js";
import { failureText } from "../lib/failure.js";
import { dialog, formDialog } from "../lib/form.js";
import { get, post } from "../lib/http.js";
import { locale, t } from "../lib/i18n.js";

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const LESSONS_MAX = 128; // of a week, as agents take them

function weekdayName(weekday) {
	const name = new Date(2024, 0, weekday).toLocaleDateString(locale(), { weekday: "long" }); // 1 January 2024 was a Monday
	return name[0].toLocaleUpperCase(locale()) + name.slice(1);
}

const clockText = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

function lineOf(rows, weekday) {
	return rows.filter((row) => row.weekday === weekday).map((row) => `${clockText(row.from_minute)}–${clockText(row.to_minute)}`).join(", ");
}

// What a person wrote as lessons; thrown as the collector refuses, so that it is told the same way.
function lessonsOf(line, weekday) {
	return line.split(/[,;]/).map((part) => part.trim()).filter(Boolean).map((part) => {
		const match = /^(\d{1,2})[:.](\d{2})\s*[-–—]\s*(\d{1,2})[:.](\d{2})$/.exec(part);
		const [fromHour, fromMinute, toHour, toMinute] = match ? match.slice(1).map(Number) : [99, 99, 99, 99];
		if (fromMinute > 59 || toMinute > 59 || fromHour > 24 || toHour > 24) {
			throw Object.assign(new Error(t("lessons.wrong", { day: weekdayName(weekday), text: part })), { status: 400 });
		}
		return { weekday, from_minute: fromHour * 60 + fromMinute, to_minute: toHour * 60 + toMinute };
	});
}

export async function editLessons(school) {
	let rows;
	try {
		({ rows } = await get("lessons", { school: school.school, limit: LESSONS_MAX }));
	} catch (error) {
		dialog(t("lessons.title", { name: school.name }), el("p", { class: "failure", role: "alert" }, failureText(error)));
		return;
	}
	const node = formDialog(t("lessons.title", { name: school.name }), {
		before: el("p", { class: "hint" }, t("lessons.about")),
		fields: [
			{ name: "general", label: t("lessons.general"), type: "check", value: rows.every((row) => !row.own), hint: t("lessons.general_hint") },
			...WEEKDAYS.map((weekday) => ({ name: String(weekday), label: weekdayName(weekday), value: lineOf(rows, weekday), max: 400 })),
		],
		submit: t("schools.save"),
		send: (values) => post("schools/lessons", {
			school: school.school, lessons: values.general ? [] : WEEKDAYS.flatMap((weekday) => lessonsOf(values[weekday], weekday)),
		}),
	});
	// Whoever writes a line wants it.
	node.addEventListener("input", (event) => {
		if (event.target.name !== "general") node.querySelector("input[name=general]").checked = false;
	});
}
