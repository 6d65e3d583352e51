// Dictionaries of the collector: enum keys to words. They come with GET words and are never written down here.

import { language } from "./i18n.js";

let dictionaries = {};

export function setWords(answer) { dictionaries = answer || {}; }

export function word(dictionary, key) {
	if (key === null || key === undefined || key === "") return "";
	const entry = dictionaries[dictionary] && dictionaries[dictionary][key];
	return (entry && (entry[language] || entry.ru)) || String(key);
}

// [[key, word]...] in the dictionary's own order.
export function choices(dictionary) {
	return Object.keys(dictionaries[dictionary] || {}).map((key) => [key, word(dictionary, key)]);
}
