// Where the page is stands in the address: #/screen/argument?key=value. Filters are kept there, so that a view can be sent.

// What is no percent encoding stands for itself.
function decoded(part) {
	try { return decodeURIComponent(part); } catch { return part; }
}

export function here() {
	const raw = location.hash.replace(/^#\/?/, "");
	const [path, search = ""] = raw.split("?");
	const [name, ...rest] = path.split("/").map(decoded);
	return { name, argument: rest.join("/"), search: new URLSearchParams(search) };
}

export function link(name, argument, parameters) {
	const search = new URLSearchParams();
	for (const [key, value] of Object.entries(parameters || {})) {
		for (const one of Array.isArray(value) ? value : [value]) {
			if (one !== undefined && one !== null && one !== "") search.append(key, one);
		}
	}
	const text = search.toString();
	return `#/${name}${argument ? `/${encodeURIComponent(argument)}` : ""}${text ? `?${text}` : ""}`;
}

export function go(target) { location.hash = target; }

// Changes the address without a new entry in the history and without drawing the screen anew.
export function note(search) {
	const { name, argument } = here();
	const text = search.toString();
	history.replaceState(null, "", `#/${name}${argument ? `/${encodeURIComponent(argument)}` : ""}${text ? `?${text}` : ""}`);
}
