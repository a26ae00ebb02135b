// The document: elements found, made and changed. Text is always set as text, never as HTML.

/** The element of this id; one that is missing is a fault of ours, and said so. */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`there is no element ${id}`);
  return found;
}

/** make("td", { class: "number", onclick: f }, "text", node …) */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) put(made, name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function makeSvg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function put(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : value);
}

/** Changes the text only if it is another one, so that nothing is laid out for nothing. */
export function setText(node, text) {
  const wanted = text ?? "–";
  if (node.textContent !== wanted) node.textContent = wanted;
}

export function setClass(node, name, isOn) {
  if (node.classList.contains(name) !== Boolean(isOn)) node.classList.toggle(name, Boolean(isOn));
}

/**
 * Makes the children of `parent` those of `items`, in their order, and keeps the elements of items there are already:
 * what has the focus keeps it. `make(item)` makes an element, `fill(element, item)` shows the item in it.
 */
export function keyed(parent, items, keyOf, makeOne, fill) {
  const known = (parent.keyedElements ??= new Map());
  const wanted = new Set(items.map(keyOf));
  for (const [key, element] of known) {
    if (!wanted.has(key)) {
      element.remove();
      known.delete(key);
    }
  }
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let element = known.get(key);
    if (!element) known.set(key, (element = makeOne(item)));
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
    fill(element, item);
  }
}

/** Options of a select, by [value, text]; what was chosen stays chosen if it is still there. */
export function setOptions(select, options) {
  const chosen = select.value;
  select.replaceChildren(...options.map(([value, text]) => make("option", { value }, text ?? value)));
  if (options.some(([value]) => value === chosen)) select.value = chosen;
}

/** Says under a field what is wrong with it, and to screen readers too; "" takes it back. */
export function showError(input, text) {
  const place = byId(input.getAttribute("aria-describedby").split(" ").at(-1));
  place.textContent = text;
  place.hidden = !text;
  if (text) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

/** A table, list or panel without anything in it says so, and so does one that is still loading or could not be. */
export function showState(place, text) {
  place.textContent = text;
  place.hidden = !text;
}
