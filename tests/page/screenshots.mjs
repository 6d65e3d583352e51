// The pictures of docs/screenshots, from demonstration data: node screenshots.mjs FOLDER

import path from "node:path";

import { api, begin, end, open, person } from "./stage.mjs";

const folder = process.argv[2];

// name, who, how, which screen; SCHOOL is one below the norm.
const PICTURES = [
	["summary", "municipal", {}, "#/summary"],
	["school", "municipal", {}, "#/school/SCHOOL?period=week"],
	["equipment", "municipal", {}, "#/equipment"],
	["alerts", "municipal", { language: "en", scheme: "dark" }, "#/alerts"],
	["phone", "school", { size: "phone" }, "#/"],
];

await begin();
// The collector looks around for what to tell each few seconds.
const watcher = await person("municipal");
await open(watcher, "#/alerts?state=firing");
await watcher.waitForSelector("main tbody tr");
await watcher.context().close();
for (const [name, login, how, screen] of PICTURES) {
	const page = await person(login, how);
	const rows = (await api(page, "schools?limit=1000&sort=school")).body.rows;
	const row = rows.find((one) => one.state === "below") || rows.find((one) => one.samples > 0) || rows[0];
	await open(page, screen.replace("SCHOOL", row.school));
	if (screen.includes("/school/")) await page.waitForSelector(".chart canvas");
	await page.screenshot({ path: path.join(folder, `${name}.png`) });
	console.log(`${name}.png`);
	await page.context().close();
}
await end();
