// Пользователи: who may sign in, in which role, and for which schools.

import { el } from "../lib/dom.js";
import { formDialog } from "../lib/form.js";
import { post } from "../lib/http.js";
import { LANGUAGES, t } from "../lib/i18n.js";
import { dataTable } from "../lib/table.js";
import { choices } from "../lib/words.js";
import { head, seen } from "./links.js";

function editUser(row, done) {
	formDialog(row.login || t("users.add_title"), {
		fields: [
			{ name: "login", label: t("login.login"), required: true, value: row.login, fixed: Boolean(row.login), max: 63, pattern: "[A-Za-z0-9._@\\-]+" },
			{ name: "name", label: t("users.name"), required: true, value: row.name, max: 200, hint: t("users.name_hint") },
			{ name: "role", label: t("users.role"), type: "choice", value: row.role || "viewer", choices: choices("role") },
			{ name: "schools", label: t("users.schools"), value: (row.schools || []).join(", "), hint: t("users.schools_hint") },
			{ name: "municipality", label: t("users.municipality"), value: row.municipality, hint: t("users.municipality_hint") },
			{ name: "language", label: t("language"), type: "choice", value: row.language || "ru", choices: LANGUAGES.map((one) => [one, one === "ru" ? "Русский" : "English"]) },
			{ name: "password", label: row.login ? t("users.new_password") : t("login.password"), type: "password", autocomplete: "new-password", required: !row.login, hint: t("account.password_hint"), max: 1024 },
			{ name: "disabled", label: t("users.disabled"), type: "check", value: row.disabled },
		],
		submit: t("schools.save"), done,
		send: ({ schools, password, ...rest }) => post("users/put", {
			...rest, schools: schools.split(/[\s,;]+/).filter(Boolean), ...(password && { password }),
		}),
	});
}

export function usersScreen() {
	const add = () => el("button", { type: "button", class: "primary", onclick: () => editUser({}, table.reload) }, t("users.add"));
	const table = dataTable({
		list: "users", caption: t("nav.users"), keep: true, sort: "login", search: t("users.search"),
		columns: [{ key: "login", heading: true }, "name", "role", "schools", "municipality", "language", "disabled", { key: "last_login_at", cell: seen }],
		filters: [{ column: "role", kind: "words" }, { column: "disabled", kind: "yes" }],
		actions: (row) => [el("button", { type: "button", onclick: () => editUser(row, table.reload) }, t("schools.edit"))],
		empty: { text: t("users.empty"), action: add() },
	});
	return [head(t("nav.users"), t("users.about"), add()), table.node];
}
