// The one table: order, filters, pages, exports exactly as filtered, what an empty answer says, and tiles.

import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";

import { api, begin, close, end, open, person, settled } from "./stage.mjs";

before(begin);
after(end);

async function fileOf(page, format) {
	const [download] = await Promise.all([page.waitForEvent("download"), page.click(`.exports a[download$=".${format}"]`)]);
	return fs.readFileSync(await download.path());
}

test("order by a column's head, up and down", async () => {
	const page = await person("municipal");
	await open(page, "#/schools");
	const codes = () => page.$$eval("tbody tr", (rows) => rows.map((row) => row.children[1].textContent));
	await page.click('button.head[data-key="school"]');
	await page.waitForSelector('th[aria-sort="ascending"] button[data-key="school"]');
	const up = await codes();
	await page.click('button.head[data-key="school"]');
	await page.waitForSelector('th[aria-sort="descending"] button[data-key="school"]');
	const down = await codes();
	assert.deepEqual(down, [...up].reverse());
	assert.deepEqual(up, [...up].sort());
	assert.equal(await page.evaluate(() => document.activeElement.dataset.key), "school", "the focus was lost");
	await page.reload();
	await page.waitForSelector('th[aria-sort="descending"] button[data-key="school"]');
	await close(page);
});

test("numbers of the summary filter the table", async () => {
	const page = await person("municipal");
	await open(page, "#/summary");
	const buttons = await page.$$eval(".states button", (all) => all.map((one) => ({ state: one.dataset.state, count: Number(one.querySelector(".big").textContent) })));
	const total = buttons.reduce((sum, one) => sum + one.count, 0);
	assert.equal(total, (await api(page, "schools?limit=1")).body.total);
	const one = buttons.find((button) => button.count > 0 && button.count < total) || buttons.find((button) => button.count > 0);
	await page.click(`.states button[data-state="${one.state}"]`);
	await page.waitForFunction((count) => document.querySelectorAll("table:not(.plain) tbody tr").length === count, one.count);
	assert.equal(await page.getAttribute(`.states button[data-state="${one.state}"]`, "aria-pressed"), "true");
	await page.reload();
	await settled(page);
	assert.equal(await page.locator("table:not(.plain) tbody tr").count(), one.count);
	const csv = (await fileOf(page, "csv")).toString("utf8");
	assert.ok(csv.startsWith("\ufeff"), "no byte order mark");
	const lines = csv.trim().split(/\r?\n/);
	assert.equal(lines.length, one.count + 1, "the file is not what the table shows");
	assert.ok(lines[0].includes(";"), "Russian Excel wants semicolons");
	assert.equal((await fileOf(page, "xlsx")).subarray(0, 2).toString(), "PK");
	await page.getByRole("button", { name: "Сбросить отбор" }).click();
	await page.waitForFunction((count) => document.querySelectorAll("table:not(.plain) tbody tr").length === count, Math.min(total, 50));
	await close(page);
});

test("search, and what is said when nothing is found", async () => {
	const page = await person("municipal");
	const row = (await api(page, "schools?limit=1&sort=-school")).body.rows[0];
	await open(page, "#/schools");
	await page.fill("main input[type=search] >> nth=0", row.school);
	await page.waitForFunction((code) => document.querySelectorAll("table:not(.plain) tbody tr").length === 1 && document.querySelector("table:not(.plain) tbody tr").textContent.includes(code), row.school);
	await page.fill("main input[type=search] >> nth=0", "нет такой школы");
	await page.waitForSelector(".empty");
	assert.match(await page.innerText(".empty"), /ничего не нашлось/);
	await page.getByRole("button", { name: "Сбросить отбор" }).last().click();
	await page.waitForSelector("tbody tr");
	await close(page);
});

test("a serial number, a MAC and a name find the device", async () => {
	const page = await person("municipal");
	const rows = (await api(page, "devices?limit=1000")).body.rows;
	const device = rows.find((row) => row.serial && row.macs && row.macs.length > 0);
	assert.ok(device, "no device has both");
	for (const q of [device.serial, device.macs[0]]) {
		await open(page, "#/equipment");
		await page.fill("#find", q);
		await page.keyboard.press("Enter");
		await page.waitForFunction((id) => document.querySelector(`tbody a[href*="${id}"]`), device.device_id);
	}
	await close(page);
});

test("pages of a long list", async () => {
	const page = await person("municipal");
	await open(page, "#/equipment/devices");
	const total = (await api(page, "devices?limit=1")).body.total;
	assert.ok(total > 50, "the list is not long");
	const top = () => page.getAttribute("tbody th a >> nth=0", "href");
	const first = await top();
	await page.getByRole("button", { name: "Дальше" }).click();
	await page.waitForFunction((href) => document.querySelector("tbody th a") && document.querySelector("tbody th a").getAttribute("href") !== href, first);
	assert.match(await page.innerText(".count"), /^51–/);
	await page.getByRole("button", { name: "Назад" }).click();
	await page.waitForFunction((href) => document.querySelector("tbody th a") && document.querySelector("tbody th a").getAttribute("href") === href, first);
	await close(page);
});

test("a filter of words, kept in the address", async () => {
	const page = await person("municipal", { language: "en" });
	await open(page, "#/equipment/devices");
	await page.click("details.filter summary >> nth=0");
	await page.getByLabel("switch", { exact: true }).check();
	await page.waitForFunction(() => document.querySelector("tbody tr") && [...document.querySelectorAll("tbody tr")].every((row) => row.children[1].textContent === "switch"));
	assert.match(page.url(), /class=switch/);
	await page.keyboard.press("Escape");
	await page.waitForFunction(() => !document.querySelector("details[open]"));
	await close(page);
});

test("tiles show every school with its word", async () => {
	const page = await person("municipal");
	await open(page, "#/summary");
	await page.getByRole("button", { name: "Плитки" }).click();
	await page.waitForSelector(".tile");
	const total = (await api(page, "schools?limit=1")).body.total;
	assert.equal(await page.locator(".tile").count(), Math.min(total, 1000));
	for (const text of await page.locator(".tile .state-name").allInnerTexts()) assert.ok(text.trim().length > 3, "a tile has no word");
	assert.equal(await page.locator(".tile svg.sign").count(), await page.locator(".tile").count());
	await close(page);
});

test("a count leads to its devices, a device to its evidence", async () => {
	const page = await person("municipal");
	await open(page, "#/equipment");
	const count = page.locator(".matrix tbody td a").first();
	const number = Number(await count.innerText());
	await count.click();
	await page.waitForFunction((n) => location.hash.includes("class=") && document.querySelectorAll("tbody tr").length === Math.min(n, 50), number);
	await page.locator("tbody th a").first().click();
	await page.waitForFunction(() => location.hash.startsWith("#/device/") && document.querySelectorAll("main table tbody tr").length > 0);
	assert.match(await page.innerText("main"), /Почему мы так считаем/);
	await close(page);
});

test("a test of the line tells on one tap how it went and what the server noted", async () => {
	const page = await person("municipal", { size: "narrow" });
	const run = (await api(page, "speed_runs?verdict=fail_isp&step=long&direction=down&limit=1")).body.rows[0];
	const tests = (await api(page, `speed?agent_id=${run.agent_id}&test_id=${run.test_id}&direction=${run.direction}`)).body.rows;
	assert.equal(tests.length, 1);
	await open(page, `#/school/${run.school}`);
	const line = page.locator("main section", { has: page.getByRole("heading", { name: "Замеры скорости" }) });
	await line.locator(`a[href*="${encodeURIComponent(`${run.agent_id}/`)}"]`).first().click();
	await page.waitForFunction(() => location.hash.startsWith("#/speed/"));
	await open(page, `#/speed/${run.agent_id}/${run.test_id}`);
	const part = page.locator("main section.panel", { has: page.getByRole("heading", { name: "Приём", exact: true }) });
	const text = await part.innerText();
	for (const wanted of [/Подтверждено повторными замерами: 3/, /RPM/, /Наименьшее время отклика/, /Повторных передач TCP/, /сервер насчитал [\d,]+ МБ, агент — [\d,]+ МБ/, /TCP у сервера/]) assert.match(text, wanted);
	assert.match(await page.innerText("main"), /IPv4[\s\S]*cubic[\s\S]*без нагрузки/);
	assert.equal(await part.locator("svg.samples rect.bar-fill").count(), 3 * 21 + 100, "not every sample is drawn");
	assert.equal(await part.locator("svg.samples rect.pale").count(), 4 * 3);
	await part.locator("details summary").first().click();
	assert.ok(await part.locator("details[open] tbody tr").count() >= 8 * 4);
	await close(page);
});

test("what is below the norm and who is silent come first when asked for", async () => {
	const page = await person("municipal");
	await open(page, "#/summary?sort=of_norm_pct");
	const shares = (await api(page, "schools?sort=of_norm_pct")).body.rows.map((row) => row.of_norm_pct).filter((share) => share !== null);
	assert.deepEqual(shares, [...shares].sort((a, b) => a - b));
	const worst = (await api(page, "schools?sort=of_norm_pct&limit=1")).body.rows[0];
	assert.ok((await page.innerText("table:not(.plain) tbody th")).includes(worst.name));
	await page.click('button.head[data-key="agents_silent"]');
	await page.waitForSelector('th[aria-sort] button[data-key="agents_silent"]');
	await close(page);
});

test("a phone shows rows as cards with their titles", async () => {
	const page = await person("municipal", { size: "phone" });
	await open(page, "#/schools");
	assert.equal(await page.isVisible("thead"), false);
	const title = await page.$eval("tbody td", (cell) => getComputedStyle(cell, "::before").content);
	assert.notEqual(title, "none");
	await page.selectOption(".sort-box select", "-school");
	await page.waitForFunction(() => location.hash.includes("sort=-school"));
	await close(page);
});

test("an address that is none shows the first screen", async () => {
	const page = await person("viewer");
	await open(page, "#/%E0%A4%A");
	await page.waitForSelector("[data-screen=summary][aria-current=page]");
	await close(page);
});
