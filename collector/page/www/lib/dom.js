// Elements by hand: text enters the page through text nodes alone, styles through classes and CSSOM.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, children) {
	for (const child of children.flat(Infinity)) {
		if (child === null || child === undefined || child === false) continue;
		node.append(child instanceof Node ? child : String(child));
	}
	return node;
}

function attribute(node, name, value) {
	if (value === null || value === undefined || value === false) return;
	if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
	else if (name === "class") node.setAttribute("class", value);
	else if (name === "value" && node instanceof HTMLElement && "value" in node) node.value = value;
	else node.setAttribute(name, value === true ? "" : value);
}

// el("a", {href, class, onclick}, child, [children]...)
export function el(tag, attributes = {}, ...children) {
	const node = document.createElement(tag);
	fill(node, children);
	for (const [name, value] of Object.entries(attributes)) attribute(node, name, value);
	return node;
}

export function svg(tag, attributes = {}, ...children) {
	const node = document.createElementNS(SVG, tag);
	for (const [name, value] of Object.entries(attributes)) attribute(node, name, value);
	return fill(node, children);
}

export function replace(node, ...children) {
	node.replaceChildren();
	return fill(node, children);
}

let serial = 0;
export function uid(stem) {
	serial += 1;
	return `${stem}-${serial}`;
}

// Said to a screen reader, not shown.
export function say(text) {
	const place = document.getElementById("said");
	place.textContent = "";
	setTimeout(() => { place.textContent = text; }, 50);
}
