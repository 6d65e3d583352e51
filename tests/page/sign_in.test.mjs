// Signing in, staying in, signing out; in both languages and by keyboard alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { begin, close, end, LANGUAGES, PASSWORD, signIn, SIZES, URL, whole, window_ } from "./stage.mjs";

before(begin);
after(end);

for (const language of LANGUAGES) {
	test(`the door in ${language}`, async () => {
		const page = await window_({ language });
		await page.goto(URL);
		await page.waitForSelector("form");
		assert.equal(await page.getAttribute("html", "lang"), language);
		for (const [size, extent] of Object.entries(SIZES)) {
			await page.setViewportSize(extent);
			for (const colorScheme of ["light", "dark"]) {
				await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
				await whole(page, `the door on a ${size}, ${colorScheme}`);
			}
		}
		await close(page);
	});
}

test("a wrong password is refused in words, a right one opens, a reload keeps, leaving closes", async () => {
	const page = await window_();
	await page.goto(URL);
	await page.fill("input[name=login]", "viewer");
	await page.fill("input[name=password]", `${PASSWORD}?`);
	await page.click("button[type=submit]");
	await page.waitForSelector(".failure:not(:empty)");
	assert.match(await page.innerText(".failure"), /неверны/);
	await page.fill("input[name=password]", PASSWORD);
	await page.click("button[type=submit]");
	await page.waitForSelector("nav.side", { state: "attached" });
	const cookies = await page.context().cookies();
	const session = cookies.find((one) => one.name.startsWith("__Host-"));
	assert.ok(session && session.secure && session.httpOnly && session.sameSite === "Strict", "the cookie is not closed enough");
	await page.reload();
	await page.waitForSelector("nav.side", { state: "attached" });
	await page.getByRole("button", { name: "Выйти" }).click();
	await page.waitForSelector("input[name=password]");
	await page.context().addCookies([session]);
	await page.reload();
	await page.waitForSelector("input[name=password]"); // the old session is no more
	await close(page);
});

test("a link is followed after signing in", async () => {
	const page = await window_();
	await page.goto(`${URL}#/outages`);
	await page.waitForSelector("form");
	await page.fill("input[name=login]", "viewer");
	await page.fill("input[name=password]", PASSWORD);
	await page.click("button[type=submit]");
	await page.waitForSelector("nav.side", { state: "attached" });
	assert.equal(await page.innerText("main h1"), "Перебои");
	await close(page);
});

test("by keyboard alone", async () => {
	const page = await window_();
	await page.goto(URL);
	await page.waitForSelector("form");
	await page.keyboard.press("Tab");
	await page.keyboard.type("viewer");
	await page.keyboard.press("Tab");
	await page.keyboard.type(PASSWORD);
	await page.keyboard.press("Enter");
	await page.waitForSelector("nav.side", { state: "attached" });
	await close(page);
});

test("the language is kept by the account", async () => {
	const first = await window_();
	await signIn(first, "head");
	const [kept] = await Promise.all([first.waitForResponse((one) => one.url().endsWith("me/language")), first.click("header button[lang=en]")]);
	assert.equal(kept.status(), 200);
	const second = await window_();
	await signIn(second, "head");
	await second.waitForFunction(() => document.documentElement.lang === "en");
	await Promise.all([second.waitForResponse((one) => one.url().endsWith("me/language")), second.click("header button[lang=ru]")]);
	await close(first);
	await close(second);
});
