// Words of the page: i18n/LANGUAGE.json. A key stands in the sources as a literal (tests/lint/words.py counts on it).

let texts = {};
let plural = new Intl.PluralRules("ru");
export let language = "ru";
export let chosen = false; // by this person, just now

export const LANGUAGES = ["ru", "en"];

export function preferred() {
	let kept = null;
	try { kept = localStorage.getItem("parta.language"); } catch { /* private mode keeps nothing */ }
	if (LANGUAGES.includes(kept)) return kept;
	return (navigator.language || "ru").startsWith("en") ? "en" : "ru";
}

export async function setLanguage(next, byHand = false) {
	chosen = chosen || byHand;
	language = LANGUAGES.includes(next) ? next : "ru";
	const response = await fetch(`i18n/${language}.json`);
	texts = await response.json();
	plural = new Intl.PluralRules(language);
	document.documentElement.lang = language;
	try { localStorage.setItem("parta.language", language); } catch { /* likewise */ }
}

// t(KEY, {n: 5, name: "x"}): {n} and {name} are put in; a text with forms is chosen by n.
export function t(key, values = {}) {
	let text = texts[key];
	if (text === undefined) return key;
	if (typeof text === "object") text = text[plural.select(values.n)] ?? text.other;
	return text.replace(/\{(\w+)\}/g, (whole, name) => {
		const value = values[name];
		if (value === undefined) return whole;
		return typeof value === "number" ? value.toLocaleString(locale()) : value;
	});
}

export function locale() { return language === "ru" ? "ru-RU" : "en-GB"; }
