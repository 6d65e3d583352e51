// Who sees and may what: a school never sees another school, by page nor by API; those who look have nothing to press.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { api, begin, close, end, open, person } from "./stage.mjs";

before(begin);
after(end);

const MENUS = { municipal: 10, auditor: 9, school: 7, head: 7, viewer: 7 };
const LISTS = ["schools", "outages", "equipment", "devices", "device_evidence", "device_history", "changes", "idle", "merge_candidates", "ports", "neighbors", "filter",
	"filter_observations", "agents", "quarantine", "speed", "alerts", "silences", "lessons", "norms", "class_corrections", "rule_candidates", "speed_runs", "speed_raw", "exams", "exam_results"];
const ACTIONS = {
	"schools/put": { school: "x", name: "x", settlement: "urban", time_zone: "Europe/Moscow" }, "tokens/make": { school: "x" },
	"agents/revoke": { agent_id: "00000000-0000-0000-0000-000000000000", reason: "x" }, "devices/correct": { device_id: "00000000-0000-0000-0000-000000000000", room: "1" },
	"devices/answer": { candidate_id: 1, decision: "same" },
	"silences/add": { from: "2026-01-01T00:00:00Z", to: "2026-01-01T01:00:00Z", comment: "x" }, "maintenance/add": { school: "x", from: "2026-01-01T00:00:00Z", to: "2026-01-01T01:00:00Z", comment: "x" },
	"norms/put": { settlement: "urban", direction: "down", valid_from: "2026-01-01", norm_mbps: 1 },
	"schools/lessons": { school: "x", lessons: [] },
	"exams/add": { schools: ["x"], first_day: "2099-01-01", last_day: "2099-01-01", from: "09:00", to: "10:00", name: "x" }, "exams/remove": { exam_id: 1 },
	"users/put": { login: "x", name: "x", role: "viewer", schools: [] },
};
const MUNICIPAL_ONLY = ["schools/put", "devices/answer", "schools/lessons", "norms/put", "agents/revoke", "maintenance/add", "users/put", "exams/add", "exams/remove"];

for (const [login, count] of Object.entries(MENUS)) {
	test(`the menu of ${login}`, async () => {
		const page = await person(login);
		assert.equal(await page.locator(".menu a").count(), count);
		await close(page);
	});
}

test("a school sees its own and nothing of others", async () => {
	const page = await person("school");
	const everybody = await person("municipal");
	const me = (await api(page, "me")).body;
	assert.equal(me.schools.length, 1);
	const [own] = me.schools;
	const other = (await api(everybody, "schools?limit=1000")).body.rows.find((row) => row.school !== own && row.devices > 0)?.school;
	assert.ok(other, "there is no other school with devices");
	let seen = 0;
	for (const list of LISTS) {
		const answer = (await api(page, `${list}?limit=1000`)).body;
		seen += answer.rows.length;
		if (!answer.columns.some((column) => column.key === "school")) continue;
		assert.ok(answer.rows.every((row) => row.school === own || (row.school === null && ["silences", "exams"].includes(list))), `${list} shows another school`);
		const asked = (await api(page, `${list}?school=${other}`)).body;
		assert.deepEqual(asked.rows, [], `${list} gives ${other} when asked for it`);
	}
	assert.ok(seen > 20, "there was next to nothing to see");
	assert.equal((await api(page, "summary")).body.schools, 1);
	const series = await api(page, `series?school=${other}&name=down&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z`);
	assert.ok(series.status === 404 || series.body.points.length === 0, "the line of another school is told");
	const theirs = (await api(everybody, `devices?school=${other}&limit=1`)).body.rows[0];
	await open(page, `#/school/${other}`);
	assert.equal(await page.innerText("main h1"), "Школа не найдена");
	await open(page, `#/device/${theirs.device_id}`);
	assert.equal(await page.innerText("main h1"), "Устройство не найдено");
	const refused = await api(page, "devices/correct", { device_id: theirs.device_id, room: "13" });
	assert.ok([403, 404].includes(refused.status), `correcting another school's device: ${refused.status}`);
	const token = await api(page, "tokens/make", { school: other });
	assert.ok([403, 404].includes(token.status), `a token for another school: ${token.status}`);
	assert.equal((await api(everybody, `devices?device_id=${theirs.device_id}`)).body.rows[0].room, theirs.room);
	await close(page);
	await close(everybody);
});

for (const login of ["auditor", "head", "viewer"]) {
	test(`${login} looks and changes nothing`, async () => {
		const page = await person(login);
		for (const [action, body] of Object.entries(ACTIONS)) assert.equal((await api(page, action, body)).status, 403, action);
		for (const screen of ["#/alerts", "#/agents", "#/schools"]) {
			await open(page, screen);
			assert.equal(await page.locator("main .acts button, main td.actions button:not([aria-expanded])").count(), 0, screen);
		}
		await close(page);
	});
}

test("a school does not manage others", async () => {
	const page = await person("school");
	for (const action of MUNICIPAL_ONLY) assert.equal((await api(page, action, ACTIONS[action])).status, 403, action);
	for (const list of ["users", "access_log"]) assert.equal((await api(page, list)).status, 403, list);
	const [own] = (await api(page, "schools")).body.rows;
	await open(page, "#/users"); // not a screen of theirs: their school stands there
	assert.equal(await page.innerText("main h1"), own.name);
	await close(page);
});

test("the access log tells the auditor who was refused", async () => {
	const page = await person("auditor");
	await open(page, "#/access-log");
	assert.ok(await page.locator("tbody tr").count() > 0);
	await close(page);
});

test("who was told is shown to those who may ask", async () => {
	for (const [login, parts] of [["municipal", 2], ["viewer", 1]]) {
		const page = await person(login);
		await open(page, "#/alerts");
		assert.equal(await page.locator("main section.part").count(), parts, login);
		assert.equal(await page.locator("main .failure").count(), 0, login);
		await close(page);
	}
});
