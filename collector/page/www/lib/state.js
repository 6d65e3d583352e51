// A state is a word, a colour and a sign, never a colour alone.

import { el, svg } from "./dom.js";
import { word } from "./words.js";

// Signs on a 16 × 16 field; fill is the current colour.
const SIGNS = {
	good: ["M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm-1 10L3.8 7.8l1.1-1.1L7 8.8l4.1-4.2 1.1 1.1Z"],
	low: ["M8 15 .8 2h14.4ZM7.2 4.5v4.2h1.6V4.5Zm0 5.5v1.6h1.6V10Z"],
	bad: ["M4.9 1h6.2L15 4.9v6.2L11.1 15H4.9L1 11.1V4.9ZM7.2 4v5h1.6V4Zm0 6.4V12h1.6v-1.6Z"],
	broken: ["M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.1 9L10 11.1 8 9.1l-2 2L4.9 10l2-2-2-2L6 4.9l2 2 2-2L11.1 6l-2 2Z"],
	unseen: ["M8 1a7 7 0 0 0-7 7h1.6A5.4 5.4 0 0 1 8 2.6ZM8 15a7 7 0 0 0 7-7h-1.6A5.4 5.4 0 0 1 8 13.4Zm-.8-4h1.6v1.5H7.2Zm.1-.9V9c0-.7.5-1.1 1-1.5.6-.4.9-.7.9-1.2 0-.6-.5-1-1.2-1s-1.2.5-1.3 1.2l-1.4-.2C5.5 4.8 6.6 4 8 4s2.6.9 2.6 2.2c0 1-.6 1.6-1.2 2-.5.4-.7.5-.7.9v1Z"],
	work: ["M2 1h12v14H2Zm3 3.5v7h2v-7Zm4 0v7h2v-7Z"],
	wait: ["M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm.8 3v3.7l2.6 1.5-.8 1.4L7.2 8.6V4Z"],
};

// What each value of a dictionary looks like: tone (a colour of style.css) and sign.
const LOOKS = {
	school_state: {
		norm: ["good", "good"], below: ["low", "low"], critical: ["bad", "bad"], no_link: ["bad", "broken"],
		no_data: ["mute", "unseen"], maintenance: ["calm", "work"], vacation: ["calm", "work"],
	},
	alert_state: {
		firing: ["bad", "bad"], pending: ["low", "wait"], acked: ["calm", "work"], stale: ["mute", "unseen"], resolved: ["good", "good"],
	},
	alert_severity: { critical: ["bad", "bad"], warning: ["low", "low"], info: ["calm", "wait"] },
	agent_state: {
		alive: ["good", "good"], silent: ["bad", "broken"], revoked: ["mute", "work"], never_heard: ["mute", "unseen"],
	},
	outbox_state: { waiting: ["calm", "wait"], delivered: ["good", "good"], dead: ["bad", "broken"] },
	filter_outcome: {
		pass: ["good", "good"], leak: ["bad", "bad"], overblock: ["low", "low"], excluded: ["mute", "unseen"],
	},
	speed_verdict: {
		pass: ["good", "good"], fail_isp: ["low", "low"], no_data: ["mute", "unseen"], inconclusive: ["mute", "unseen"],
		limited_agent: ["mute", "wait"], limited_lan: ["mute", "wait"], limited_server: ["mute", "wait"], passive: ["good", "good"],
	},
	compliance: {
		pass: ["good", "good"], below: ["low", "low"], unsure: ["mute", "wait"], not_enough: ["mute", "unseen"], no_data: ["mute", "unseen"], no_target: ["mute", "unseen"],
	},
	exam_state: { held: ["calm", "work"], coming: ["calm", "wait"], over: ["mute", "good"] },
	exam_verdict: { good: ["good", "good"], poor: ["bad", "bad"], no_data: ["mute", "unseen"] },
	access_outcome: { done: ["good", "good"], refused: ["bad", "broken"], failed: ["bad", "broken"] },
};

export function look(dictionary, key) {
	const [tone, sign] = (LOOKS[dictionary] && LOOKS[dictionary][key]) || ["plain", null];
	return { tone, sign };
}

export function sign(name) {
	return svg("svg", { class: "sign", viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" },
		SIGNS[name].map((d) => svg("path", { d, "fill-rule": "evenodd" })));
}

export function badge(dictionary, key, text = word(dictionary, key)) {
	const { tone, sign: name } = look(dictionary, key);
	return el("span", { class: `badge tone-${tone}` }, name && sign(name), el("span", {}, text));
}

export function hasLook(dictionary, key) {
	return Boolean(LOOKS[dictionary] && LOOKS[dictionary][key]);
}
