// What changed, as the collector tells it: server-sent events, and a poll each 15 s while they do not come.

const POLL_MS = 15000;
const listeners = new Set();
let source = null;
let timer = null;
let onState = () => {};

function tell(lists) {
	if (document.hidden) return;
	for (const listener of [...listeners]) listener(lists);
}

function poll(on) {
	if (on && timer === null) timer = setInterval(() => tell(null), POLL_MS);
	if (!on && timer !== null) {
		clearInterval(timer);
		timer = null;
	}
	onState(on ? "poll" : "live");
}

export function start(stateChanged) {
	stop();
	onState = stateChanged;
	if (!("EventSource" in window)) {
		poll(true);
		return;
	}
	source = new EventSource("api/v1/live");
	source.addEventListener("open", () => {
		if (timer !== null) tell(null); // what changed in between was told to nobody
		poll(false);
	});
	source.addEventListener("error", () => poll(true));
	source.addEventListener("change", (event) => {
		let lists = null;
		try { lists = JSON.parse(event.data).lists; } catch { /* then everything may have changed */ }
		tell(lists);
	});
}

export function stop() {
	if (source) source.close();
	source = null;
	if (timer !== null) clearInterval(timer);
	timer = null;
}

// Calls back when one of these lists may have changed, until the returned function is called.
export function watch(names, callback) {
	const listener = (lists) => {
		if (lists === null || lists.some((name) => names.includes(name))) callback();
	};
	listeners.add(listener);
	return () => listeners.delete(listener);
}

export function unwatchAll() { listeners.clear(); }
