import { svg } from "../lib/dom.js";

// A desk seen from the side.
export function brand() {
	return svg("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" },
		svg("rect", { width: 32, height: 32, rx: 7, fill: "#1c4f8a" }),
		svg("path", { fill: "#fff", d: "M7 9h18v3H7zM9 12h3v11H9zM20 12h3v11h-3z" }));
}
