// Журнал доступа: who signed in and who did what, for those who audit.

import { t } from "../lib/i18n.js";
import { dataTable } from "../lib/table.js";
import { head } from "./links.js";

export function accessLogScreen() {
	return [head(t("nav.access_log"), t("access.about")), dataTable({
		list: "access_log", caption: t("nav.access_log"), keep: true, sort: "-at", search: t("access.search"), limit: 100,
		columns: [{ key: "at", class: "when" }, { key: "login", heading: true }, "address", "action", "object", "outcome"],
		filters: [{ column: "action", kind: "words" }, { column: "outcome", kind: "words" }, { kind: "days" }],
		empty: { text: t("access.empty") },
	}).node];
}
