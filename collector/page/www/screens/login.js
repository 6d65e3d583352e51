import { el } from "../lib/dom.js";
import { failureText } from "../lib/failure.js";
import { form } from "../lib/form.js";
import { post } from "../lib/http.js";
import { chosen, language, t } from "../lib/i18n.js";
import { brand } from "./brand.js";

function failure(error) {
	if (error.status === 401) return t("login.wrong");
	if (error.status === 429) return t("login.wait");
	return failureText(error);
}

export function loginScreen({ languageSwitch, done }) {
	return el("main", { class: "entry", id: "main" }, el("div", { class: "panel" },
		el("div", { class: "brand" }, brand(), "parta"),
		el("h1", {}, t("login.title")),
		form({
			fields: [
				{ name: "login", label: t("login.login"), required: true, autocomplete: "username", max: 64 },
				{ name: "password", label: t("login.password"), required: true, type: "password", autocomplete: "current-password", max: 1024 },
			],
			submit: t("login.enter"),
			send: ({ login, password }) => post("login", { login, password, ...(chosen && { language }) }),
			failure, done,
		}),
		languageSwitch()));
}
