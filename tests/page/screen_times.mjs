// How long a person waits for each screen: node screen_times.mjs [RUNS]. Milliseconds from the click to the settled screen.

import { begin, end, open, person } from "./stage.mjs";

const runs = Number(process.argv[2] || 10);
const SCREENS = ["#/summary", "#/schools", "#/school/demo-0002?period=year", "#/equipment", "#/equipment/devices", "#/equipment/devices?sort=-last_seen", "#/outages", "#/alerts", "#/agents"];

await begin();
console.log(`  ${"screen".padEnd(34)} ${"first".padStart(7)} ${"p50 ms".padStart(7)} ${"max ms".padStart(7)}`);
for (const screen of SCREENS) {
	const page = await person("municipal");
	const times = [];
	for (let i = 0; i < runs; i++) {
		await page.goto("about:blank");
		const began = performance.now();
		await open(page, screen);
		if (screen.includes("/school/")) await page.waitForSelector(".chart canvas");
		times.push(performance.now() - began);
	}
	const first = times[0];
	times.sort((a, b) => a - b);
	console.log(`  ${screen.padEnd(34)} ${[first, times[runs >> 1], times[runs - 1]].map((ms) => ms.toFixed(0).padStart(7)).join(" ")}`);
	await page.context().close();
}
await end();
