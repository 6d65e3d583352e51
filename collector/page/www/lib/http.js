// The collector's API. A failure is thrown as ApiError with the code the collector gave.

const ROOT = "api/v1/";
let csrf = "";
let onSignedOut = () => {};

export class ApiError extends Error {
	constructor(status, code, message) {
		super(message || code);
		this.status = status;
		this.code = code;
	}
}

export function setCsrf(token) { csrf = token; }
export function whenSignedOut(callback) { onSignedOut = callback; }

export function query(parameters) {
	const search = new URLSearchParams();
	for (const [key, value] of Object.entries(parameters)) {
		for (const one of Array.isArray(value) ? value : [value]) {
			if (one !== undefined && one !== null && one !== "") search.append(key, one);
		}
	}
	const text = search.toString();
	return text ? `?${text}` : "";
}

export function address(name, parameters = {}) { return ROOT + name + query(parameters); }

async function answer(response, name) {
	const type = response.headers.get("Content-Type") || "";
	const body = type.includes("json") ? await response.json() : null;
	if (response.ok) return body;
	const error = (body && body.error) || {};
	if (response.status === 401 && name !== "login" && name !== "me/password") onSignedOut();
	throw new ApiError(response.status, error.code || String(response.status), error.message);
}

async function ask(name, url, options) {
	let response;
	try {
		response = await fetch(url, { credentials: "same-origin", cache: "no-store", ...options });
	} catch (error) {
		if (error.name === "AbortError") throw error;
		throw new ApiError(0, "unreachable", "");
	}
	return answer(response, name);
}

// A file of the collector, kept by the browser under the name that the collector gives it.
export async function save(name, parameters) {
	const response = await fetch(address(name, parameters), { credentials: "same-origin", cache: "no-store" }).catch(() => { throw new ApiError(0, "unreachable", ""); });
	if (!response.ok) return answer(response, name);
	const link = document.createElement("a");
	link.href = URL.createObjectURL(await response.blob());
	link.download = (/filename="([^"]+)"/.exec(response.headers.get("Content-Disposition") || "") || ["", name])[1];
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 60000);
	return {};
}

export function get(name, parameters, signal) {
	return ask(name, address(name, parameters), { signal });
}

export function post(name, body, type = "application/json") {
	return ask(name, address(name), {
		method: "POST",
		headers: { "Content-Type": type, "X-Parta-CSRF": csrf },
		body: type === "application/json" ? JSON.stringify(body || {}) : body,
	});
}
