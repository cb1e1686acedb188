// What the pages of all widgets share. Text from people reaches the page by textContent alone.

/** An element with properties, attributes (names with a dash, "role", "for"...) and children; a string child is text. */
function make(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** `text` with its {places} filled. */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) => (name in values ? String(values[name]) : place));
}

let lastId = 0;
/** An id that no other element of the page has. */
const freshId = (stem = "ck") => `${stem}-${Date.now().toString(36)}-${++lastId}`;

/**
 * Watches an input method within `root`: `composing()` says whether a word is being composed, `ended` is called when one is finished.
 * Half-typed pinyin must never be sent.
 */
function watchComposition(root, ended) {
  let target = null;
  root.addEventListener("compositionstart", (event) => { target = event.target; });
  root.addEventListener("compositionend", (event) => { target = null; ended(event); });
  return { composing: () => target !== null && target.isConnected, target: () => target, forget: () => { target = null; } };
}

/** Prepares the root element of a widget. */
function rootOf(model, el, className) {
  const root = make("div", { class: `ck ${className}`, lang: model.get("language") });
  el.append(root);
  return root;
}

/** Listens to a model and stops when the view goes. */
function listener(model) {
  const all = [];
  return {
    on(event, call) { model.on(event, call); all.push([event, call]); },
    stop() { for (const [event, call] of all) model.off(event, call); },
  };
}
