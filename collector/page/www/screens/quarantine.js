// Карантин: reports that could not be taken, kept with the reason.

import { el } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { dataTable } from "../lib/table.js";
import { head } from "./links.js";

export function quarantineScreen() {
	return [head(t("nav.quarantine"), t("quarantine.about")), dataTable({
		list: "quarantine", caption: t("nav.quarantine"), keep: true, sort: "-received_at", search: t("quarantine.search"),
		columns: [{ key: "received_at", class: "when" }, { key: "reason", heading: true }, "detail", "school", { key: "agent_id", cell: (value) => el("code", {}, value) }, "seq", "size_bytes"],
		filters: [{ column: "reason", kind: "words" }, { kind: "days" }],
		empty: { text: t("quarantine.empty"), hint: t("quarantine.empty_hint") },
	}).node];
}
