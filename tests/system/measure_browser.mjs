// A browser measures against the collector, from a page of another origin; prints what it found.
//
//   measure_browser.mjs COLLECTOR-URL [SECONDS]      2 seconds a direction for LibreSpeed's requests, ndt7's client has its own
//
// ndt7: with the client of M-Lab, npm's @m-lab/ndt7, as a page that bears it would. librespeed: with the requests that LibreSpeed's
// worker makes, by XMLHttpRequest as it does.

import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.env.PAGE_MODULES, "package.json"));
const { chromium } = require("playwright-core");

async function ndt7Test(collector) {
	const found = { errors: [] }, loadbalancer = `${collector}/v2/nearest/ndt/ndt7`;
	found.status = await ndt7.test({ loadbalancer, mlabDataPolicyInapplicable: true, metadata: { client_name: "measure.sh" } }, {
		error: (error) => found.errors.push(String(error)),
		serverChosen: (choice) => { found.machine = choice.machine; },
		downloadComplete: (data) => { found.download = data; },
		uploadComplete: (data) => { found.upload = data; },
	});
	return found;
}

async function librespeedTest({ collector, patience }) {
	const found = { errors: [] };
	const url = (name, rest) => `${collector}/backend/${name}?cors=true&r=${Math.random()}${rest}`;
	const ask = (name, rest) => fetch(url(name, rest));
	found.address = await (await ask("getIP.php", "&isp=true")).json();
	const ping = await ask("empty.php", "");
	found.ping = { status: ping.status, body: await ping.text() };

	// So many requests at once, each followed by another, until the time is over; bytes as progress tells them, of which the
	// first quarter of the time's do not count for the rate.
	const load = (streams, begin, progressOf) => new Promise((done) => {
		let total = 0, ended = false, began, uncounted = 0;
		const open = new Set();
		const one = () => {
			const xhr = new XMLHttpRequest();
			let before = 0;
			open.add(xhr);
			progressOf(xhr).onprogress = (event) => { total += Math.max(0, event.loaded - before); before = event.loaded; };
			xhr.onload = () => { open.delete(xhr); if (xhr.status !== 200) found.errors.push(xhr.status); else if (!ended) one(); };
			xhr.onerror = () => { open.delete(xhr); if (!ended) found.errors.push("refused by the browser"); };
			begin(xhr);
		};
		for (let i = 0; i < streams; i++) one();
		setTimeout(() => { began = performance.now(); uncounted = total; }, patience / 4);
		setTimeout(() => {
			const seconds = (performance.now() - began) / 1000;
			ended = true;
			for (const xhr of open) xhr.abort();
			done({ bytes: total, rate: (total - uncounted) * 8 / seconds, seconds: patience / 1000 });
		}, patience);
	});
	found.download = await load(6, (xhr) => {
		xhr.open("GET", url("garbage.php", "&ckSize=100"), true);
		xhr.responseType = "arraybuffer";
		xhr.send();
	}, (xhr) => xhr);
	const body = new Blob(Array.from({ length: 20 }, () => new Uint8Array(1048576)));
	found.upload = await load(3, (xhr) => {
		xhr.open("POST", url("empty.php", ""), true);
		xhr.setRequestHeader("Content-Encoding", "identity");
		xhr.send(body);
	}, (xhr) => xhr.upload);
	return found;
}

const [where, seconds = 2] = process.argv.slice(2);
const sources = path.dirname(require.resolve("@m-lab/ndt7"));
const server = http.createServer((request, response) => {
	const file = path.basename(request.url.split("?")[0]);
	if (!file.endsWith(".js")) return response.setHeader("Content-Type", "text/html").end('<!doctype html><script src="ndt7.js"></script>');
	return response.setHeader("Content-Type", "text/javascript").end(fs.readFileSync(path.join(sources, file)));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));
const browser = await chromium.launch({
	executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--ignore-certificate-errors"],
});
try {
	const page = await browser.newPage();
	page.on("console", (message) => console.error(message.text()));
	page.setDefaultTimeout(90000);
	await page.goto(`http://127.0.0.1:${server.address().port}/`);
	console.log(JSON.stringify({
		ndt7: await page.evaluate(ndt7Test, where),
		librespeed: await page.evaluate(librespeedTest, { collector: where, patience: seconds * 1000 }),
	}));
} finally {
	await browser.close();
	server.close();
}
