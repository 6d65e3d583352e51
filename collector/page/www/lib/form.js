// Forms and dialogs. A dialog is the browser's own, so that focus stays inside and Escape closes.

import { el, replace, say, uid } from "./dom.js";
import { failureText } from "./failure.js";
import { t } from "./i18n.js";

function control(field, id, hintId) {
	const common = {
		id, name: field.name, required: field.required, "aria-describedby": field.hint ? hintId : null,
		autocomplete: field.autocomplete || "off",
	};
	if (field.type === "choice") {
		const select = el("select", common, (field.choices || []).map(([value, text]) => el("option", { value }, text)));
		if (field.value !== undefined && field.value !== null) select.value = field.value;
		return select;
	}
	if (field.type === "lines") return el("textarea", { ...common, rows: field.rows || 3, value: field.value ?? "", maxlength: field.max });
	if (field.type === "check") return el("input", { ...common, type: "checkbox", checked: Boolean(field.value) });
	return el("input", {
		...common, type: field.type || "text", value: field.value ?? "", min: field.min, max: field.type === "number" ? field.max : null,
		maxlength: field.type === "number" ? null : field.max, step: field.step, pattern: field.pattern, readonly: field.fixed,
		list: field.list, inputmode: field.inputmode,
	});
}

// Any of some choices, as boxes to tick.
function many(field) {
	return el("div", { class: "many" }, (field.choices || []).map(([value, text]) => el("label", { class: "tick" },
		el("input", { type: "checkbox", value, checked: (field.value || []).includes(value) }), el("span", {}, text))));
}

function read(field, input) {
	if (field.type === "many") return [...input.querySelectorAll("input:checked")].map((box) => box.value);
	if (field.type === "check") return input.checked;
	if (field.type === "number") return input.value === "" ? null : Number(input.value);
	if (field.type === "datetime-local") return input.value ? new Date(input.value).toISOString() : null;
	return field.type === "password" ? input.value : input.value.trim();
}

// form({fields, submit: label, send(values), done(answer), cancel()}): a failure is said next to the button.
export function form(options) {
	const inputs = new Map();
	const rows = options.fields.map((field) => {
		const id = uid("field");
		const input = field.type === "many" ? many(field) : control(field, id, `${id}-hint`);
		inputs.set(field, input);
		if (field.type === "many") return el("fieldset", { class: "field", name: field.name }, el("legend", {}, field.label), input);
		return el("div", { class: field.type === "check" ? "field check" : "field" },
			el("label", { for: id }, field.label, field.required && el("span", { class: "must", title: t("form.required") }, " *")),
			input, field.hint && el("p", { id: `${id}-hint`, class: "hint" }, field.hint));
	});
	const failure = el("p", { class: "failure", role: "alert" });
	const button = el("button", { type: "submit", class: "primary" }, options.submit);
	return el("form", {
		async onsubmit(event) {
			event.preventDefault();
			replace(failure);
			button.disabled = true;
			try {
				const values = Object.fromEntries([...inputs].map(([field, input]) => [field.name, read(field, input)]));
				options.done(await options.send(values));
			} catch (error) {
				replace(failure, options.failure ? options.failure(error) : failureText(error));
			}
			button.disabled = false;
		},
	}, rows, failure, el("div", { class: "buttons" }, button,
		options.cancel && el("button", { type: "button", onclick: options.cancel }, t("form.cancel"))));
}

export function dialog(title, content) {
	const id = uid("dialog");
	const node = el("dialog", { "aria-labelledby": id, onclose: () => node.remove() },
		el("div", { class: "dialog-head" }, el("h2", { id }, title),
			el("button", { type: "button", class: "plain close", "aria-label": t("form.close"), onclick: () => node.close() }, "×")),
		content);
	document.body.append(node);
	node.showModal();
	return node;
}

// A form in a dialog: it closes when the collector has done it, and says so.
export function formDialog(title, options) {
	const node = dialog(title, [options.before, form({
		...options,
		cancel: () => node.close(),
		done(answer) {
			node.close();
			say(t("form.done"));
			if (options.done) options.done(answer);
		},
	})]);
	return node;
}
