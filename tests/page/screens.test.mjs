// Every screen, in both languages, on a desk and on a phone, in light and dark: words, width, accessibility, no fault.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { accessible, api, begin, close, end, fits, LANGUAGES, open, person, settled, SIZES, spoken, whole } from "./stage.mjs";

before(begin);
after(end);

const SCREENS = ["summary", "summary?view=tiles", "outages", "alerts", "equipment", "equipment/devices", "equipment/counts", "equipment/rules", "equipment/changes", "equipment/idle", "equipment/questions", "equipment/software", "equipment/antivirus", "agents", "schools",
	"users", "access-log", "quarantine", "account", "exams", "speed/TEST", "speed/nothing", "school/SCHOOL", "school/SCHOOL?period=day&line=up", "school/SCHOOL?period=year&line=availability",
	"school/nowhere", "device/DEVICE", "device/nowhere"];

async function named(page) {
	const school = (await api(page, "schools?sort=school&limit=1")).body.rows[0].school;
	const device = (await api(page, "devices?limit=1")).body.rows[0].device_id;
	const [run] = (await api(page, "speed_runs?verdict=fail_isp&limit=1")).body.rows; // it has them all
	return SCREENS.map((one) => `#/${one.replace("SCHOOL", school).replace("DEVICE", device).replace("TEST", `${run.agent_id}/${run.test_id}`)}`);
}

// axe-core takes its time: it judges each screen once in light and once in dark.
const JUDGED = { "ru desktop": "light", "en phone": "dark" };

for (const language of LANGUAGES) {
	for (const size of Object.keys(SIZES).filter((one) => language === "ru" || one !== "narrow")) {
		test(`in ${language} on a ${size}`, async () => {
			const scheme = JUDGED[`${language} ${size}`];
			const page = await person("municipal", { language, size, scheme });
			const titles = new Set();
			for (const screen of await named(page)) {
				await open(page, screen);
				if (screen.includes("school/") && !screen.includes("nowhere")) await page.waitForSelector(".chart canvas, .chart-empty");
				const where = `${screen} in ${language} on a ${size}`;
				await spoken(page, where);
				await fits(page, where);
				if (scheme) await accessible(page, where);
				titles.add(await page.title());
			}
			assert.ok(titles.size >= 12, `the titles are ${[...titles]}`);
			await close(page);
		});
	}
}

for (const login of ["auditor", "school", "head", "viewer"]) {
	test(`what ${login} sees`, async () => {
		const page = await person(login);
		const links = await page.$$eval(".menu a", (anchors) => anchors.map((anchor) => anchor.getAttribute("href")));
		for (const link of links) {
			await open(page, link);
			await settled(page);
			await whole(page, `${link} for ${login}`);
		}
		await close(page);
	});
}

test("dialogs are whole too", async () => {
	for (const size of ["desktop", "narrow"]) {
		const page = await person("municipal", { size });
		for (const [screen, button] of [["#/schools", "Добавить школу"], ["#/schools", "Загрузить из CSV"], ["#/agents", "Подключить агента"],
			["#/alerts", "Приглушить…"], ["#/alerts", "Плановые работы"], ["#/users", "Добавить пользователя"], ["#/exams", "Объявить экзамен"], [`#/school/${(await api(page, "schools?sort=school&limit=1")).body.rows[0].school}`, "Документы для претензии"]]) {
			await open(page, screen);
			await page.getByRole("main").getByRole("button", { name: button, exact: true }).first().click();
			await page.waitForSelector("dialog[open]");
			await whole(page, `${button} on a ${size}`);
			await page.keyboard.press("Escape");
			await page.waitForSelector("dialog", { state: "detached" });
		}
		await close(page);
	}
});

test("on paper there is the table and nothing to press", async () => {
	const page = await person("municipal", { own: true });
	await open(page, "#/schools");
	await page.emulateMedia({ media: "print" });
	assert.equal(await page.isVisible("nav.side"), false);
	assert.equal(await page.isVisible(".tools"), false);
	assert.equal(await page.isVisible("table"), true);
	await close(page);
});
