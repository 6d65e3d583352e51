// The page without a mouse, and what a screen reader is told.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { begin, close, end, open, person } from "./stage.mjs";

before(begin);
after(end);

test("the first key leads past the menu", async () => {
	const page = await person("municipal", { own: true }); // nothing had the focus yet
	await open(page, "#/summary");
	await page.keyboard.press("Tab");
	assert.equal(await page.evaluate(() => document.activeElement.textContent), "К содержанию");
	assert.ok((await page.locator(".skip").boundingBox()).y >= 0, "the link stays out of sight");
	await page.keyboard.press("Enter");
	assert.equal(await page.evaluate(() => document.activeElement.id), "main");
	await close(page);
});

test("every control is reached by Tab and shows that it is", async () => {
	const page = await person("municipal");
	for (const screen of ["#/summary", "#/alerts", "#/equipment"]) {
		await open(page, screen);
		const wanted = await page.evaluate(() => {
			const all = [...document.querySelectorAll("a[href], button:not(:disabled), input, select, textarea, summary, [tabindex='0']")];
			const visible = all.filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("details:not([open]) fieldset"));
			for (const [i, one] of visible.entries()) one.dataset.reach = i;
			return visible.length;
		});
		await page.focus(".skip");
		const reached = new Set([await page.getAttribute(".skip", "data-reach")]);
		for (let i = 0; i < wanted * 4; i++) {
			await page.keyboard.press("Tab");
			const at = await page.evaluate(() => {
				const one = document.activeElement;
				const style = getComputedStyle(one);
				return { reach: one.dataset.reach, tag: one.tagName, shown: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 };
			});
			if (at.tag === "BODY") break;
			if (at.reach === undefined) continue; // parts of a date
			assert.ok(at.shown, `focus does not show on ${at.tag} ${at.reach} of ${screen}`);
			reached.add(at.reach);
		}
		assert.equal(reached.size, wanted, `${screen}: not all are reached`);
	}
	await close(page);
});

test("a dialog keeps the focus and gives it back", async () => {
	const page = await person("municipal");
	await open(page, "#/schools");
	const button = page.getByRole("button", { name: "Добавить школу" }).first();
	await button.focus();
	await page.keyboard.press("Enter");
	await page.waitForSelector("dialog[open]");
	for (let i = 0; i < 30; i++) {
		await page.keyboard.press("Tab");
		assert.ok(await page.evaluate(() => document.activeElement === document.body || document.querySelector("dialog").contains(document.activeElement)), "the focus left the dialog");
	}
	await page.keyboard.press("Escape");
	await page.waitForSelector("dialog", { state: "detached" });
	assert.ok(await button.evaluate((one) => one === document.activeElement), "the focus was not given back");
	await close(page);
});

test("order and filter by keyboard, told to a screen reader", async () => {
	const page = await person("municipal");
	await open(page, "#/equipment/devices");
	await page.focus('button.head[data-key="serial"]');
	await page.keyboard.press("Enter");
	await page.waitForSelector('th[aria-sort="ascending"] button[data-key="serial"]');
	await page.waitForFunction(() => /\d+–\d+ из/.test(document.getElementById("said").textContent));
	await page.focus("details.filter summary");
	await page.keyboard.press("Enter");
	await page.keyboard.press("Tab");
	await page.keyboard.press("Space");
	await page.waitForFunction(() => location.hash.includes("class="));
	await page.keyboard.press("Escape");
	assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
	await close(page);
});

test("landmarks, names and captions", async () => {
	const page = await person("municipal");
	for (const screen of ["#/summary", "#/outages", "#/equipment/devices", "#/users"]) {
		await open(page, screen);
		assert.equal(await page.locator("main").count(), 1);
		assert.equal(await page.locator("nav[aria-label]").count() >= 1, true);
		assert.equal(await page.locator("h1").count(), 1, `${screen} has not one head`);
		for (const table of await page.locator("table").all()) assert.ok((await table.locator("caption").innerText()).length > 0, `${screen}: a table without a caption`);
		assert.ok(await page.locator("tbody th[scope=row]").count() > 0 || await page.locator(".empty").count() > 0, `${screen}: rows have no heads`);
	}
	await close(page);
});

test("states are words with signs, not colours alone", async () => {
	const page = await person("municipal");
	await open(page, "#/summary");
	for (const badge of await page.locator("tbody .badge").all()) {
		assert.ok((await badge.innerText()).trim().length > 2);
		assert.equal(await badge.locator("svg.sign").count(), 1);
	}
	await close(page);
});
