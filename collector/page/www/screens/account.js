// What one may change of oneself: the password.

import { el, say } from "../lib/dom.js";
import { failureText } from "../lib/failure.js";
import { form } from "../lib/form.js";
import { post } from "../lib/http.js";
import { t } from "../lib/i18n.js";
import { word } from "../lib/words.js";
import { head } from "./links.js";

export function accountScreen({ me, titled }) {
	titled(t("account.title"));
	const done = el("p", { role: "status" });
	return [head(t("account.title")), el("div", { class: "grid" },
		el("section", { class: "panel w6" }, el("h2", {}, me.name || me.login), el("dl", { class: "pairs" },
			el("dt", {}, t("login.login")), el("dd", {}, me.login), el("dt", {}, t("users.role")), el("dd", {}, word("role", me.role)),
			el("dt", {}, t("users.schools")), el("dd", {}, me.schools ? me.schools.join(", ") : t("account.all_schools")),
			el("dt", {}, t("account.version")), el("dd", {}, me.version))),
		el("section", { class: "panel w6" }, el("h2", {}, t("account.password")), form({
			fields: [
				{ name: "old", label: t("account.old"), type: "password", required: true, autocomplete: "current-password", max: 1024 },
				{ name: "new", label: t("account.new"), type: "password", required: true, autocomplete: "new-password", hint: t("account.password_hint"), max: 1024 },
				{ name: "again", label: t("account.again"), type: "password", required: true, autocomplete: "new-password", max: 1024 },
			],
			submit: t("account.change"),
			failure: (error) => (error.code === "different" ? t("account.different") : error.status === 401 || error.status === 403 ? t("account.wrong_old") : failureText(error)),
			async send(values) {
				if (values.new !== values.again) throw Object.assign(new Error(), { status: 0, code: "different" });
				return post("me/password", { old: values.old, new: values.new });
			},
			done() {
				done.textContent = t("account.changed");
				say(t("account.changed"));
			},
		}), done))];
}
