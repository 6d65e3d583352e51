// What the stories of the page stand on: a real Chromium, people who are signed in, and what must hold on every screen.
//
// PAGE_URL is the collector's page; PAGE_PASSWORD the password of every account that page.sh makes.

import assert from "node:assert/strict";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

// The packages stand beside the build, not beside the sources.
const require = createRequire(path.join(process.env.PAGE_MODULES, "package.json"));
const { chromium } = require("playwright-core");
const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const URL = process.env.PAGE_URL;
export const PASSWORD = process.env.PAGE_PASSWORD;
export const SIZES = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 }, narrow: { width: 360, height: 740 } };
export const LANGUAGES = ["ru", "en"];
const PATIENCE_MS = 90000; // a machine that does other things too is slow, not wrong

// People of page.sh: what each may.
export const PEOPLE = { municipal: "municipal", auditor: "auditor", school: "school", head: "head", viewer: "viewer" };

let launched = null; // the promise of one browser
let browser = null;
const windows = []; // of people, left open for the next test

// Each file of stories begins and ends; all share the browser.
export async function begin() {
	launched ??= chromium.launch({
		executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync", "--force-color-profile=srgb"],
	});
	browser = await launched;
}

export async function end() {
	await browser.close();
}

// A browser window of somebody's; whatever goes wrong in it is kept in page.faults.
export async function window_(options = {}) {
	const { language = "ru", size = "desktop", scheme = "light", state } = options;
	const context = await browser.newContext({
		viewport: SIZES[size], locale: language === "ru" ? "ru-RU" : "en-GB", timezoneId: "Europe/Moscow", colorScheme: scheme,
		reducedMotion: "reduce", ignoreHTTPSErrors: true, storageState: state, acceptDownloads: true,
		permissions: ["clipboard-read", "clipboard-write"],
	});
	const page = await context.newPage();
	page.setDefaultTimeout(PATIENCE_MS);
	page.setDefaultNavigationTimeout(PATIENCE_MS);
	page.faults = [];
	page.on("pageerror", (error) => page.faults.push(String(error.stack || error)));
	page.on("console", (message) => {
		// That nobody is signed in yet, or that an action is refused, is an answer and not a fault.
		if (message.type() === "error" && !/status of (400|401|403|404|409|429)/.test(message.text())) page.faults.push(message.text());
	});
	page.on("request", (request) => {
		if (!request.url().startsWith(URL) && !request.url().startsWith("data:") && !request.url().startsWith("blob:")) page.faults.push(`foreign origin: ${request.url()}`);
	});
	return page;
}

export async function signIn(page, login, password = PASSWORD) {
	await page.goto(URL);
	await page.fill("input[name=login]", login);
	await page.fill("input[name=password]", password);
	await page.click("button[type=submit]");
	await page.waitForSelector("nav.side", { state: "attached" });
	await settled(page);
}

// A window of somebody who is signed in, where the last test left it: open() leads on. With own: true it is a new one.
export async function person(login, options = {}) {
	const { own, ...looks } = options;
	const key = JSON.stringify([login, looks]);
	const kept = !own && windows.find((one) => one.key === key && !one.taken && !one.page.isClosed());
	if (kept) {
		kept.taken = true;
		return kept.page;
	}
	const state = await signedIn(login);
	const page = await window_({ ...looks, state });
	await page.goto(URL);
	await page.waitForSelector("nav.side", { state: "attached" });
	await speak(page, looks.language || "ru");
	if (!own) windows.push({ key, page, taken: true });
	return page;
}

// The door itself is tried by sign_in.test.mjs; here each person passes it once.
const sessions = new Map();
async function signedIn(login) {
	if (!sessions.has(login)) {
		const context = await browser.newContext({ ignoreHTTPSErrors: true });
		const answer = await context.request.post(`${URL}api/v1/login`, { data: { login, password: PASSWORD } });
		assert.equal(answer.status(), 200, `${login} is not let in`);
		sessions.set(login, await context.storageState());
		await context.close();
	}
	return sessions.get(login);
}

export async function speak(page, language) {
	if (await page.getAttribute("html", "lang") === language) return;
	await page.click(`header button[lang=${language}]`);
	await page.waitForFunction((wanted) => document.documentElement.lang === wanted && document.querySelector("main h1"), language);
}

export async function settled(page) {
	await page.waitForFunction(() => document.querySelector("h1") && !document.querySelector('[aria-busy="true"]'));
}

export async function open(page, hash) {
	if (page.url() === `${URL}${hash}`) await page.evaluate(() => dispatchEvent(new HashChangeEvent("hashchange"))); // else nothing would be drawn anew
	else await page.goto(`${URL}${hash}`);
	await page.waitForSelector("main h1");
	await settled(page);
}

export async function close(page) {
	const faults = page.faults.splice(0);
	const kept = windows.find((one) => one.page === page);
	if (kept) {
		await page.evaluate(() => { for (const dialog of document.querySelectorAll("dialog")) dialog.close(); });
		kept.taken = false;
	} else {
		await page.context().close();
	}
	assert.deepEqual(faults, [], "the page made faults");
}

// GET or POST of the API as the person of this window.
export async function api(page, name, body) {
	return page.evaluate(async ([path, sent]) => {
		const csrf = sent === null ? "" : (await (await fetch("api/v1/me")).json()).csrf;
		const response = await fetch(`api/v1/${path}`, sent === null ? {} : {
			method: "POST", headers: { "Content-Type": "application/json", "X-Parta-CSRF": csrf }, body: JSON.stringify(sent),
		});
		const type = response.headers.get("Content-Type") || "";
		return { status: response.status, body: type.includes("json") ? await response.json() : await response.text() };
	}, [name, body === undefined ? null : body]);
}

// ---------------------------------------------------------------- what holds on every screen

export async function accessible(page, where) {
	if (!await page.evaluate(() => "axe" in window)) await page.evaluate(AXE);
	const violations = await page.evaluate(`(async () => {
		const result = await axe.run(document, { resultTypes: ["violations"] });
		return result.violations.map((one) => ({ id: one.id, impact: one.impact, nodes: one.nodes.map((node) => node.target.join(" ") + " " + node.failureSummary) }));
	})()`);
	const bad = violations.filter((one) => one.impact === "serious" || one.impact === "critical");
	assert.deepEqual(bad, [], `axe-core on ${where}`);
}

export async function fits(page, where) {
	const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
	assert.ok(over <= 0, `${where} is ${over} px wider than the window`);
}

export async function spoken(page, where) {
	const text = await page.innerText("body");
	const keys = JSON.parse(fs.readFileSync("collector/page/www/i18n/ru.json", "utf8"));
	const bare = Object.keys(keys).filter((key) => key.includes(".") && text.includes(key));
	assert.deepEqual(bare, [], `${where} shows keys instead of words`);
	assert.ok(!/\b(undefined|NaN|\[object Object\]|Invalid Date)\b/.test(text), `${where} shows ${text.match(/\S*(undefined|NaN|\[object Object\]|Invalid Date)\S*/)}`);
}

export async function whole(page, where) {
	await spoken(page, where);
	await fits(page, where);
	await accessible(page, where);
}
