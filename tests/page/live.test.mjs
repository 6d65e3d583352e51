// What changes shows by itself: told by the collector, or asked for each 15 s while it does not tell.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { api, begin, close, end, open, person } from "./stage.mjs";

before(begin);
after(end);

async function rename(page, name) {
	const row = (await api(page, "schools?sort=school&limit=1")).body.rows[0];
	const answer = await api(page, "schools/put", {
		school: row.school, name, municipality: row.municipality, settlement: row.settlement, provider: row.provider, time_zone: row.time_zone,
		contract_down_mbps: row.contract_down_mbps, contract_up_mbps: row.contract_up_mbps, pupils: row.pupils,
	});
	assert.equal(answer.status, 200, JSON.stringify(answer.body));
	return row.name;
}

test("a change comes by itself", async () => {
	const watcher = await person("viewer");
	const worker = await person("municipal");
	await open(watcher, "#/schools?sort=school");
	await watcher.waitForSelector(".live.live");
	const old = await rename(worker, "Школа имени перемен");
	await watcher.waitForFunction(() => document.querySelector("tbody").textContent.includes("Школа имени перемен"));
	await rename(worker, old);
	await watcher.waitForFunction((name) => document.querySelector("tbody").textContent.includes(name), old);
	await close(watcher);
	await close(worker);
});

test("without events the page asks by itself and says so", async () => {
	const watcher = await person("viewer", { own: true });
	const worker = await person("municipal");
	await watcher.context().route("**/api/v1/live", (route) => route.fulfill({ status: 404 }));
	await watcher.clock.install();
	await watcher.reload();
	await open(watcher, "#/schools?sort=school");
	await watcher.waitForSelector(".live.poll");
	assert.match(await watcher.innerText(".live"), /15/);
	const old = await rename(worker, "Школа имени опроса");
	await watcher.clock.fastForward(15000);
	await watcher.waitForFunction(() => document.querySelector("tbody").textContent.includes("Школа имени опроса"));
	await rename(worker, old);
	await watcher.context().close();
	await close(worker);
});

test("a collector that is away is told in words, and tried again", async () => {
	const page = await person("viewer", { own: true });
	await open(page, "#/outages");
	let away = true;
	await page.context().route("**/api/v1/devices*", (route) => (away ? route.abort() : route.continue()));
	await page.goto(page.url().replace("outages", "equipment/devices"));
	await page.waitForSelector("[role=alert]");
	assert.match(await page.innerText("[role=alert]"), /Нет связи со сборщиком/);
	away = false;
	await page.getByRole("button", { name: "Повторить" }).click();
	await page.waitForSelector("tbody tr");
	await page.context().close();
});
