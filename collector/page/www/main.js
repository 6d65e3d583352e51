// The page begins: who asks, in which language, and which screen. SCREENS is the list of what there is.

import { el, replace } from "./lib/dom.js";
import { failureText } from "./lib/failure.js";
import { get, post, setCsrf, whenSignedOut } from "./lib/http.js";
import { LANGUAGES, language, preferred, setLanguage, t } from "./lib/i18n.js";
import * as live from "./lib/live.js";
import { may, onlySchool } from "./lib/rights.js";
import { here, link } from "./lib/route.js";
import { setWords, word } from "./lib/words.js";
import { brand } from "./screens/brand.js";
import { accessLogScreen } from "./screens/access_log.js";
import { accountScreen } from "./screens/account.js";
import { agentsScreen } from "./screens/agents.js";
import { alertsScreen } from "./screens/alerts.js";
import { deviceScreen } from "./screens/device.js";
import { equipmentScreen } from "./screens/equipment.js";
import { examsScreen } from "./screens/exams.js";
import { loginScreen } from "./screens/login.js";
import { outagesScreen } from "./screens/outages.js";
import { quarantineScreen } from "./screens/quarantine.js";
import { schoolScreen } from "./screens/school.js";
import { schoolsScreen } from "./screens/schools.js";
import { speedScreen } from "./screens/speed.js";
import { summaryScreen } from "./screens/summary.js";
import { usersScreen } from "./screens/users.js";

const everybody = () => true;
const holds = (right) => (me) => may(me, right);

// In the menu's order; without a title it is reached from another screen. group: what stands above it in the menu.
const SCREENS = [
	{ name: "summary", title: "nav.summary", draw: summaryScreen, may: (me) => !onlySchool(me) },
	{ name: "mine", title: "nav.mine", draw: (ctx) => schoolScreen({ ...ctx, argument: onlySchool(ctx.me) }), may: onlySchool },
	{ name: "outages", title: "nav.outages", draw: outagesScreen, may: everybody },
	{ name: "alerts", title: "nav.alerts", draw: alertsScreen, may: everybody },
	{ name: "equipment", title: "nav.equipment", draw: equipmentScreen, may: everybody },
	{ name: "exams", title: "nav.exams", draw: examsScreen, may: everybody },
	{ name: "agents", title: "nav.agents", draw: agentsScreen, may: everybody, group: "nav.keeping" },
	{ name: "schools", title: "nav.schools", draw: schoolsScreen, may: everybody },
	{ name: "users", title: "nav.users", draw: usersScreen, may: holds("account") },
	{ name: "access-log", title: "nav.access_log", draw: accessLogScreen, may: holds("log") },
	{ name: "quarantine", title: "nav.quarantine", draw: quarantineScreen, may: holds("log") },
	{ name: "school", parent: "schools", draw: schoolScreen, may: everybody },
	{ name: "speed", parent: "schools", draw: speedScreen, may: everybody },
	{ name: "device", parent: "equipment", draw: deviceScreen, may: everybody },
	{ name: "account", draw: accountScreen, may: everybody },
];

const app = document.getElementById("app");
let me = null;
let frame = null;

async function choose(next) {
	await setLanguage(next, true);
	if (me) post("me/language", { language: next }).catch(() => { /* the browser keeps it anyway */ });
	frame = null;
	draw();
}

function languageSwitch() {
	return el("span", { class: "switch", role: "group", "aria-label": t("language") }, LANGUAGES.map((one) => el("button", {
		type: "button", lang: one, "aria-pressed": String(one === language), onclick: () => choose(one),
	}, one === "ru" ? "Рус" : "Eng")));
}

function menu() {
	const items = SCREENS.filter((screen) => screen.title && screen.may(me));
	return el("ul", { class: "menu" }, items.flatMap((screen) => [
		screen.group && el("li", { class: "group" }, t(screen.group)),
		el("li", {}, el("a", { href: link(screen.name), "data-screen": screen.name }, el("span", {}, t(screen.title)),
			screen.name === "alerts" && el("span", { class: "pill", hidden: true }))),
	]));
}

function makeFrame() {
	const main = el("main", { id: "main", tabindex: "-1" });
	const side = el("nav", { class: "side", id: "menu", "aria-label": t("menu") },
		el("div", {}, el("a", { class: "brand", href: "#/" }, brand(), "parta"), menu()));
	const button = el("button", {
		type: "button", class: "menu-button", "aria-expanded": "false", "aria-controls": "menu",
		onclick() { button.setAttribute("aria-expanded", String(side.classList.toggle("open"))); },
	}, t("menu"));
	const state = el("span", { class: "live" }, el("span", {}));
	const top = el("header", { class: "top" }, button, state, languageSwitch(),
		el("span", { class: "who" }, el("a", { href: link("account") }, me.name || me.login), el("br"), el("small", {}, word("role", me.role))),
		el("button", { type: "button", onclick: signOut }, t("sign_out")));
	live.start((kind) => {
		state.className = `live ${kind}`;
		state.firstChild.textContent = kind === "poll" ? t("live.poll") : t("live.live");
	});
	const close = () => { side.classList.remove("open"); button.setAttribute("aria-expanded", "false"); };
	replace(app, el("a", { class: "skip", href: "#main", onclick(event) { event.preventDefault(); main.focus(); } }, t("skip")),
		me.demo && el("aside", { class: "banner", "aria-label": t("demo_short") }, t("demo")),
		el("div", { class: "frame" }, top, side, main));
	return { main, side, close };
}

async function countAlerts() {
	if (!me || !frame) return;
	try {
		const answer = await get("summary");
		const pill = frame.side.querySelector(".pill");
		pill.hidden = !answer.alerts_firing;
		replace(pill, String(answer.alerts_firing), el("span", { class: "unseen" }, ` ${t("alerts.firing_now")}`));
	} catch { /* the next change asks again */ }
}

let drawn = "";
function draw() {
	live.unwatchAll();
	if (!me) {
		document.title = `${t("login.title")} · parta`;
		replace(app, loginScreen({ languageSwitch, done: enter }));
		return;
	}
	const { name, argument, search } = here();
	const open = SCREENS.filter((one) => one.may(me));
	const screen = open.find((one) => one.name === name) || open[0];
	if (!frame) frame = makeFrame();
	frame.close();
	for (const anchor of frame.side.querySelectorAll("[data-screen]")) {
		if (anchor.dataset.screen === (screen.parent || screen.name)) anchor.setAttribute("aria-current", "page");
		else anchor.removeAttribute("aria-current");
	}
	const titled = (text) => { document.title = `${text} · parta`; };
	if (screen.title) titled(t(screen.title));
	try {
		replace(frame.main, screen.draw({ me, argument, search, titled }));
	} catch (error) {
		replace(frame.main, el("p", { class: "failure", role: "alert" }, failureText(error)));
	}
	const place = `${screen.name}/${argument}`;
	if (drawn && drawn !== place) {
		scrollTo(0, 0);
		frame.main.focus({ preventScroll: true });
	}
	drawn = place;
	live.watch(["alerts"], countAlerts);
	countAlerts();
}

async function enter(answer) {
	me = answer;
	setCsrf(me.csrf);
	if (LANGUAGES.includes(me.language) && me.language !== language) await setLanguage(me.language);
	setWords(await get("words"));
	frame = null;
	drawn = "";
	draw();
}

function leave() {
	me = null;
	frame = null;
	live.stop();
	draw();
}

async function signOut() {
	try {
		await post("logout");
	} catch { /* then the session ends by itself */ }
	leave();
}

async function start() {
	whenSignedOut(() => { if (me) leave(); });
	addEventListener("hashchange", draw);
	await setLanguage(preferred());
	try {
		await enter(await get("me"));
	} catch (error) {
		if (error.status === 401) draw();
		else replace(app, el("div", { class: "entry" }, el("div", { class: "panel" }, el("p", { role: "alert" }, failureText(error)),
			el("button", { type: "button", onclick: () => location.reload() }, t("retry")))));
	}
}

start();
