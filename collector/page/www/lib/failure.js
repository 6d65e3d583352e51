// What a person is told when the collector did not do as asked.

import { t } from "./i18n.js";

const TEXTS = {
	0: "error.unreachable", 400: "error.wrong", 401: "error.signed_out", 403: "error.forbidden", 404: "error.absent",
	409: "error.conflict", 413: "error.too_large", 429: "error.too_often", 503: "error.busy",
};

export function failureText(error) {
	if (!(error && "status" in error)) return t("error.page", { text: String(error && error.message) });
	const text = TEXTS[error.status] ? t(TEXTS[error.status]) : t("error.other", { n: error.status });
	return error.status === 400 && error.message ? `${text} ${error.message}` : text;
}
