// What people do: correct a device, acknowledge and silence, keep schools and users, invite an agent.

import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";

import { accessible, api, begin, close, end, open, PASSWORD, person, settled, signIn, window_ } from "./stage.mjs";

before(begin);
after(end);

const field = (page, label) => page.locator("dialog").getByLabel(label, { exact: false }).first();
async function send(page) {
	await page.click("dialog button[type=submit]");
	await page.waitForSelector("dialog", { state: "detached" });
	await settled(page);
}

test("a device's class, room and inventory number are set right, and that stays", async () => {
	const page = await person("municipal");
	const device = (await api(page, "devices?class=printer&limit=1")).body.rows[0] || (await api(page, "devices?limit=1")).body.rows[0];
	await open(page, `#/device/${device.device_id}`);
	await page.getByRole("button", { name: "Исправить" }).click();
	await field(page, "Вид оборудования").selectOption("mfp");
	await field(page, "Кабинет").fill("214");
	await field(page, "Инвентарный номер").fill("1013400077");
	await send(page);
	await page.waitForFunction(() => document.querySelector(".pairs").textContent.includes("1013400077"));
	const now = (await api(page, `devices?device_id=${device.device_id}`)).body.rows[0];
	assert.equal(now.class, "mfp");
	assert.equal(now.room, "214");
	assert.equal(now.corrected, true);
	const history = (await api(page, `device_history?device_id=${device.device_id}`)).body.rows;
	assert.ok(history.some((row) => row.action === "correction" && row.by), "the history does not say who");
	await open(page, "#/equipment/devices?q=1013400077");
	assert.equal(await page.locator("tbody tr").count(), 1);
	await close(page);
});

test("a school is added, changed, and a file adds more", async () => {
	const page = await person("municipal");
	await open(page, "#/schools");
	await page.getByRole("button", { name: "Добавить школу" }).first().click();
	await field(page, "Код школы").fill("9001");
	await field(page, "Наименование").fill("Школа <b>№ 9001</b>");
	await field(page, "Приём по договору").fill("200");
	await field(page, "Обучающихся").fill("512");
	await send(page);
	await open(page, "#/schools?q=9001");
	assert.match(await page.innerText("tbody th"), /Школа <b>№ 9001<\/b>/, "text became markup");
	await page.getByRole("button", { name: "Изменить" }).click();
	assert.equal(await field(page, "Код школы").getAttribute("readonly"), "");
	await field(page, "Наименование").fill("Школа № 9001");
	await send(page);
	await page.waitForFunction(() => document.querySelector("tbody th").textContent === "Школа № 9001");
	const row = (await api(page, "schools?school=9001")).body.rows[0];
	assert.equal(row.contract_down_mbps, 200);
	assert.equal(row.pupils, 512);
	assert.equal(row.state, "no_data", "a school that never reported is not good");

	await page.getByRole("button", { name: "Загрузить из CSV" }).click();
	const header = await page.innerText("dialog code");
	const line = (code) => header.split(",").map((key) => ({ code, name: `Школа № ${code}`, municipality: "Town", settlement: "urban", time_zone: "Europe/Moscow" })[key] || "").join(",");
	const file = (text) => page.setInputFiles("dialog input[type=file]", { name: "schools.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
	await file(`${header}\n${line("9002")}\n${line("9003").replace("urban", "desert")}\n`);
	await page.click("dialog button[type=submit]");
	await page.waitForSelector("dialog .failure:not(:empty)");
	assert.match(await page.innerText("dialog .failure"), /3/, "it does not say in which line");
	assert.equal((await api(page, "schools?school=9002")).body.total, 0, "half of a wrong file was taken");
	await accessible(page, "a refused file");
	await file(`${header}\n${line("9002")}\n${line("9003")}\n`);
	await send(page);
	assert.equal((await api(page, "schools?school=9002&school=9003")).body.total, 2);
	await close(page);
});

test("a school rings its own bells, and then those of all again", async () => {
	const page = await person("municipal");
	await open(page, "#/schools?sort=school");
	const school = (await api(page, "schools?sort=school&limit=1")).body.rows[0].school;
	const lessons = async () => (await api(page, `lessons?school=${school}`)).body.rows.map((row) => [row.weekday, row.from_minute, row.to_minute, row.own]);
	const usual = await lessons();
	assert.ok(usual.length > 0 && usual.every(([, , , own]) => !own));
	await page.getByRole("button", { name: "Изменить" }).first().click();
	await page.getByRole("button", { name: "Расписание звонков" }).click();
	const bells = page.getByRole("dialog", { name: "Расписание звонков" });
	await bells.getByLabel("Понедельник").waitFor();
	assert.equal(await bells.getByLabel("Как у всех школ").isChecked(), true);
	assert.equal(await bells.getByLabel("Понедельник").inputValue(), "08:30–15:00");
	for (const day of ["Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота"]) await bells.getByLabel(day).fill("");
	await bells.getByLabel("Понедельник").fill("8:00-8:45, soon");
	assert.equal(await bells.getByLabel("Как у всех школ").isChecked(), false, "a line was written in vain");
	await bells.getByRole("button", { name: "Сохранить" }).click();
	await page.waitForFunction(() => /Понедельник: «soon»/.test([...document.querySelectorAll("dialog .failure")].map((one) => one.textContent).join()));
	await bells.getByLabel("Понедельник").fill("8:00-8:45, 8:40-9:25");
	await bells.getByRole("button", { name: "Сохранить" }).click();
	await page.waitForFunction(() => /пересекаются/.test([...document.querySelectorAll("dialog .failure")].map((one) => one.textContent).join()));
	await accessible(page, "the bells of a school");
	await bells.getByLabel("Понедельник").fill("8:00-8:45, 8:55-9:40");
	await bells.getByRole("button", { name: "Сохранить" }).click();
	await bells.waitFor({ state: "detached" });
	assert.deepEqual(await lessons(), [[1, 480, 525, true], [1, 535, 580, true]]);
	await page.getByRole("button", { name: "Расписание звонков" }).click();
	await bells.getByLabel("Как у всех школ").check();
	await bells.getByRole("button", { name: "Сохранить" }).click();
	await bells.waitFor({ state: "detached" });
	assert.deepEqual(await lessons(), usual);
	await close(page);
});

test("a norm is set and taken back", async () => {
	const page = await person("municipal");
	await open(page, "#/schools");
	await page.getByRole("button", { name: "Нормативы скорости" }).click();
	const norms = page.getByRole("dialog", { name: "Нормативы скорости" });
	const one = page.getByRole("dialog", { name: "Норматив скорости", exact: true });
	const save = async () => {
		await one.getByRole("button", { name: "Сохранить" }).click();
		await one.waitFor({ state: "detached" });
	};
	const norm = async () => (await api(page, "norms?settlement=rural&direction=up")).body.rows.map((row) => [row.norm_mbps, row.own]);
	const usual = await norm();
	const row = norms.locator("tbody tr", { has: page.locator("th", { hasText: "сел" }) }).filter({ hasText: "передача" });
	await row.getByRole("button", { name: "Задать норматив" }).click();
	await one.getByLabel("Норматив, Мбит/с").fill("75.5");
	await one.getByLabel("Основание").fill("приказ 17");
	await save();
	await row.filter({ hasText: "приказ 17" }).waitFor();
	assert.deepEqual(await norm(), [[75.5, true]]);
	await accessible(page, "norms");
	await row.getByRole("button", { name: "Задать норматив" }).click();
	await one.getByLabel("Норматив, Мбит/с").fill("");
	await save();
	await row.filter({ hasNotText: "приказ 17" }).waitFor();
	assert.deepEqual(await norm(), usual);
	await close(page);
});

test("a token for a school's agent, with its command to copy", async () => {
	const page = await person("municipal");
	const school = (await api(page, "schools?limit=1")).body.rows[0].school;
	await open(page, `#/school/${school}`);
	await page.getByRole("button", { name: "Подключить агента" }).first().click();
	assert.equal(await field(page, "Код школы").inputValue(), school);
	await page.click("dialog button[type=submit]");
	await page.waitForSelector("dialog code.command");
	const command = await page.innerText("dialog code.command");
	assert.match(command, /^parta-agent enrol --collector https:\/\/\S+ --token \S+$/);
	await accessible(page, "the token's dialog");
	await page.getByRole("button", { name: "Скопировать команду" }).click();
	await page.waitForFunction(() => document.querySelector("dialog button.primary").textContent === "Скопировано");
	assert.equal(await page.evaluate(() => navigator.clipboard.readText()), command);
	await close(page);
});

test("an agent is revoked with a reason", async () => {
	const page = await person("municipal");
	await open(page, "#/agents?sort=-school_name");
	const before_ = (await api(page, "agents?state=revoked")).body.total;
	await page.getByRole("button", { name: "Отозвать" }).first().click();
	await field(page, "Причина").fill("списан компьютер");
	await send(page);
	assert.equal((await api(page, "agents?state=revoked")).body.total, before_ + 1);
	await close(page);
});

test("alerts are silenced and planned works noted, and both end", async () => {
	const page = await person("municipal");
	const school = (await api(page, "schools?limit=1")).body.rows[0].school;
	await open(page, "#/alerts");
	await page.getByRole("button", { name: "Приглушить…" }).click();
	await field(page, "Код школы").fill(school);
	await field(page, "Комментарий").fill("провайдер меняет кабель");
	await send(page);
	await page.waitForFunction(() => document.querySelector(".part").textContent.includes("провайдер меняет кабель"));
	await page.getByRole("button", { name: "Плановые работы" }).click();
	await field(page, "Код школы").fill(school);
	await field(page, "Комментарий").fill("замена коммутатора");
	await send(page);
	await page.waitForFunction(() => document.querySelector(".part").textContent.includes("замена коммутатора"));
	assert.equal((await api(page, `schools?school=${school}`)).body.rows[0].state, "maintenance");
	for (let left = await page.getByRole("button", { name: "Снять" }).count(); left > 0; left--) {
		await page.getByRole("button", { name: "Снять" }).first().click();
		await page.waitForFunction((n) => [...document.querySelectorAll("button")].filter((button) => button.textContent === "Снять").length < n, left);
	}
	assert.notEqual((await api(page, `schools?school=${school}`)).body.rows[0].state, "maintenance");
	await close(page);
});

test("an examination is declared for schools and for a municipality, shown on their pages, and taken back", async () => {
	const page = await person("municipal");
	const school = (await api(page, "schools?sort=-school&limit=1")).body.rows[0]; // one of a municipality
	const declare = async (fill) => {
		await open(page, "#/exams");
		await page.getByRole("button", { name: "Объявить экзамен" }).first().click();
		await field(page, "Экзамен").fill("ОГЭ, химия");
		await fill();
	};
	await declare(async () => {
		await field(page, "Где проводится").selectOption("");
		await page.locator(`dialog input[value="${school.school}"]`).check();
		await field(page, "Начало").fill("16:00");
	});
	await page.click("dialog button[type=submit]");
	await page.waitForSelector("dialog .failure:not(:empty)");
	assert.match(await page.innerText("dialog .failure"), /начало раньше конца/);
	await accessible(page, "a refused examination");
	await field(page, "Начало").fill("10:00");
	await send(page);
	await declare(async () => {
		await field(page, "Где проводится").selectOption(school.municipality);
		assert.equal(await page.isVisible("dialog fieldset[name=schools]"), false, "schools are asked for in vain");
	});
	await send(page);
	const declared = () => api(page, "exams?name=ОГЭ, химия&sort=exam_id").then((answer) => answer.body.rows);
	assert.deepEqual((await declared()).map((row) => [row.school, row.municipality, row.state, row.by]), [
		[school.school, null, "coming", "municipal"], [null, school.municipality, "coming", "municipal"]]);
	const begins = new Date((await declared())[0].from_at);
	assert.equal(begins.toLocaleTimeString("ru", { hour: "2-digit", minute: "2-digit", timeZone: school.time_zone }), "10:00", "it is not the school's clock");
	await open(page, `#/school/${school.school}`);
	assert.match(await page.innerText("main .notice"), /Предстоит экзамен/);
	await open(page, "#/exams?q=химия");
	for (let left = 2; left > 0; left--) {
		await page.getByRole("button", { name: "Отменить" }).first().click();
		await send(page);
		await page.waitForFunction((n) => document.querySelectorAll("main tbody tr[role=row]:not(.under)").length === n, left - 1);
	}
	assert.deepEqual(await declared(), []);
	assert.match((await api(page, "access_log?action=exams/remove&limit=1")).body.rows[0].login, /municipal/);
	await close(page);
});

test("papers for a claim name the contract and are written down", async () => {
	const page = await person("municipal");
	const school = (await api(page, "schools?sort=school&limit=1")).body.rows[0];
	await open(page, `#/school/${school.school}`);
	await page.getByRole("main").getByRole("button", { name: "Изменить", exact: true }).first().click();
	await page.getByRole("button", { name: "Договор с оператором" }).click();
	await page.locator("dialog").last().getByLabel("Номер договора").fill("77/2026");
	await page.locator("dialog").last().locator("button[type=submit]").click();
	await page.waitForFunction(() => document.querySelectorAll("dialog").length === 1);
	await page.keyboard.press("Escape");
	await page.waitForSelector("dialog", { state: "detached" });
	await page.getByRole("button", { name: "Документы для претензии" }).click();
	const today = new Date();
	await field(page, "С").fill(new Date(today.getTime() - 30 * 86400000).toISOString().slice(0, 10));
	await field(page, "По (включительно)").fill(today.toISOString().slice(0, 10));
	const [download] = await Promise.all([page.waitForEvent("download"), page.click("dialog button[type=submit]")]);
	assert.match(download.suggestedFilename(), new RegExp(`^parta-act-${school.school}-.*\\.html$`));
	const paper = await fs.promises.readFile(await download.path(), "utf8");
	assert.match(paper, /77\/2026/);
	assert.match(paper, /SHA-256: [0-9a-f]{64}/);
	await page.waitForSelector("dialog", { state: "detached" });
	assert.match((await api(page, "access_log?action=export&sort=-at&limit=1")).body.rows[0].object, /^claim rows=1 sha256=[0-9a-f]{64} act\.html/);
	await close(page);
});

test("an alert is acknowledged by name and comment", async () => {
	const page = await person("municipal");
	await open(page, "#/alerts?state=firing");
	await page.getByRole("button", { name: "Принять" }).first().click();
	await field(page, "Комментарий").fill("заявка 4417");
	await send(page);
	await open(page, "#/alerts?state=acked");
	assert.match(await page.innerText("tbody"), /municipal[\s\S]*заявка 4417/);
	await close(page);
});

test("a user is made, signs in, changes the password, and is shut out", async () => {
	const page = await person("municipal");
	await open(page, "#/users");
	await page.getByRole("button", { name: "Добавить пользователя" }).first().click();
	await field(page, "Имя для входа").fill("clerk");
	await field(page, "Должность").fill("Отдел образования");
	await field(page, "Пароль").fill(PASSWORD);
	await send(page);
	await page.waitForFunction(() => document.querySelector("tbody").textContent.includes("clerk"));
	const theirs = await window_();
	await signIn(theirs, "clerk");
	await open(theirs, "#/account");
	await theirs.getByLabel("Нынешний пароль").fill(PASSWORD);
	await theirs.getByLabel("Новый пароль", { exact: false }).first().fill("совсем другой пароль");
	await theirs.getByLabel("Новый пароль ещё раз").fill("совсем другой пароль");
	await theirs.getByRole("button", { name: "Сменить пароль" }).click();
	await theirs.waitForFunction(() => document.querySelector("main [role=status]").textContent !== "");
	const again = await window_();
	await signIn(again, "clerk", "совсем другой пароль");
	const row = page.locator("tbody tr", { hasText: "clerk" });
	await row.getByRole("button", { name: "Изменить" }).click();
	await field(page, "Вход закрыт").check();
	await send(page);
	await again.reload();
	await again.waitForSelector("input[name=password]");
	for (const one of [page, theirs, again]) await close(one);
});
