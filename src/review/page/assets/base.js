// Building and finding elements. Text of articles enters the page through `textContent` alone, never as markup.

const $ = (id) => document.getElementById(id);

/** An element with attributes and children; strings become text, nothing is left out. */
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== undefined && child !== null && child !== false) node.append(child);
  }
  return node;
}

/** A button that the listener on its container answers to by `data-action`. */
function button(action, text, attributes) {
  return el("button", { type: "button", "data-action": action, ...attributes }, text);
}

/** A link to a file beside this page: every part is encoded, so that no name can be a scheme. */
function beside(path) {
  return "./" + path.split("/").map(encodeURIComponent).join("/");
}

function plural(count, one, many = one + "s") {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** The name of a language in English, as gloss has it, with its own name for itself where the browser knows it. */
function ownName(tag) {
  try {
    const name = new Intl.DisplayNames([tag], { type: "language", fallback: "none" }).of(tag);
    return name ?? null;
  } catch {
    return null;
  }
}

/** What reads the article's data out of the page. */
function embedded() {
  return JSON.parse($("data").textContent);
}

/** The key pressed, whatever layout, Caps Lock or input method is on: a Latin letter is taken as it is typed, and a key
 * that gives no Latin letter by its place on the keyboard. */
function keyName(event) {
  const key = event.key ?? "";
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  if (key === "/" || key === "?") return key;
  const code = event.code ?? "";
  if (/^Key[A-Z]$/.test(code)) return code.slice(3).toLowerCase();
  if (code === "Slash") return event.shiftKey ? "?" : "/";
  if (code === "NumpadEnter") return "Enter";
  return key;
}

/** Whether what is typed goes into a field. */
function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null;
}
