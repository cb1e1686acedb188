// The inputs of a form, one maker per shape. Each gives { node, target, get(strict), set(value) }: `get` returns the JSON value that Python
// reads, `strict` (on Save) tells what is shown but is no value, so that it is refused and never silently dropped.

const UNREADABLE = { unreadable: true };
/** Up to so many codes stand side by side as radio buttons; up to so many references stand in a plain list. */
const FEW_CODES = 4, FEW_OPTIONS = 10, SHOWN_MATCHES = 20;

const textOf = (value) => (typeof value === "string" || typeof value === "number" ? String(value) : "");

function lineInput(field) {
  const target = make("input", { type: field.keyboard || "text", autocomplete: "off", inputmode: { number: "numeric", decimal: "decimal" }[field.shape] || null, spellcheck: "false" });
  return { node: target, target, get: () => target.value, set: (value) => { target.value = textOf(value); } };
}

function longInput() {
  const target = make("textarea", { rows: 3 });
  const grow = () => { target.style.height = "auto"; if (target.scrollHeight) target.style.height = `${target.scrollHeight + 2}px`; };
  target.addEventListener("input", grow);
  new ResizeObserver(grow).observe(target);
  return { node: target, target, get: () => target.value, set: (value) => { target.value = textOf(value); grow(); } };
}

function dateInput() {
  const target = make("input", { type: "date", min: "1901-01-01", max: "2099-12-31" });
  // a date box that shows something which is no date says it is empty: tell that apart
  const get = (strict) => (strict && target.validity.badInput ? UNREADABLE : target.value);
  return { node: target, target, get, set: (value) => { target.value = textOf(value); } };
}

function choiceInput(choices, name, type, texts, blank) {
  const all = blank ? [["", texts.unsaid], ...choices] : choices;
  const boxes = all.map(([value]) => make("input", { type, name, value }));
  const node = make("div", { class: "ck-choices" }, ...all.map(([, word, detail], i) => make("label", {}, boxes[i], make("span", { text: word }), detail ? make("small", { text: detail }) : null)));
  return { node, target: boxes[0], boxes };
}

function radioInput(field, choices, texts, toJson, fromJson) {
  const { node, target, boxes } = choiceInput(choices, freshId("ck-r"), "radio", texts, !field.required);
  return {
    node, target, group: true,
    get: () => toJson(boxes.find((box) => box.checked)?.value ?? ""),
    set: (value) => { const text = fromJson(value); for (const box of boxes) box.checked = box.value === text; },
  };
}

function checkInput(choices, texts) {
  const { node, target, boxes } = choiceInput(choices, freshId("ck-c"), "checkbox", texts, false);
  return {
    node, target, group: true,
    get: () => boxes.filter((box) => box.checked).map((box) => box.value),
    set: (value) => { for (const box of boxes) box.checked = Array.isArray(value) && value.includes(box.value); },
  };
}

function selectInput(choices, texts) {
  const target = make("select", {}, make("option", { value: "", text: texts.choose }), ...choices.map(([value, word, detail]) => make("option", { value, text: detail ? `${word}（${detail}）` : word })));
  return { node: target, target, get: () => target.value, set: (value) => { target.value = textOf(value); if (target.selectedIndex < 0) target.value = ""; } };
}

/** A picker with search: what is chosen stands above the box by name and detail, and is kept by id. */
function searchInput(field, options, texts, changed) {
  const list = make("ul", { role: "listbox", id: freshId("ck-l"), class: "ck-list", "aria-label": field.label });
  const target = make("input", { type: "text", role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off", placeholder: texts.search });
  const chips = make("div", { class: "ck-chips" });
  const node = make("div", { class: "ck-picker" }, chips, target, list);
  const byId = new Map(options.map((option) => [option[0], option]));
  let chosen = [], active = -1, composing = false;
  list.hidden = true;

  const plain = (text) => text.toLowerCase().replace(/\s+/g, "");
  const matches = () => { const word = plain(target.value); return options.filter(([id, text, detail, letters]) => !chosen.includes(id) && plain(`${text}${detail}\n${letters}`).includes(word)); };
  function close() { list.hidden = true; active = -1; target.setAttribute("aria-expanded", "false"); target.removeAttribute("aria-activedescendant"); }
  function open() {
    if (composing) return;
    const found = matches();
    list.replaceChildren(...found.slice(0, SHOWN_MATCHES).map(([id, text, detail], i) => {
      const item = make("li", { role: "option", id: `${list.id}-${i}`, "aria-selected": "false" }, make("span", { text }), make("small", { text: detail }));
      item.addEventListener("mousedown", (event) => event.preventDefault());
      item.addEventListener("click", () => choose(id));
      item.dataset.id = id;
      return item;
    }));
    if (!found.length) list.append(make("li", { class: "ck-note", text: texts.no_match }));
    if (found.length > SHOWN_MATCHES) list.append(make("li", { class: "ck-note", text: fill(texts.more, { count: found.length - SHOWN_MATCHES }) }));
    list.hidden = false;
    target.setAttribute("aria-expanded", "true");
    point(found.length === 1 ? 0 : -1);
  }
  function point(index) {
    const items = [...list.querySelectorAll("[role=option]")];
    active = items.length ? Math.max(-1, Math.min(index, items.length - 1)) : -1;
    items.forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
    if (active < 0) { target.removeAttribute("aria-activedescendant"); return; }
    target.setAttribute("aria-activedescendant", items[active].id);
    items[active].scrollIntoView({ block: "nearest" });
  }
  function choose(id) { chosen = field.several ? [...chosen, id] : [id]; target.value = ""; close(); draw(); changed(); if (!field.several) chips.querySelector("button")?.focus(); }
  function drop(id) { chosen = chosen.filter((one) => one !== id); draw(); changed(); target.focus(); }
  function draw() {
    chips.replaceChildren(...chosen.map((id) => {
      const [, text, detail] = byId.get(id);
      return make("span", { class: "ck-chip" }, make("b", { text }), make("small", { text: detail }), make("button", { type: "button", text: "×", "aria-label": `${texts.clear} ${text}`, onclick: () => drop(id) }));
    }));
    target.hidden = !field.several && chosen.length > 0;
  }
  target.addEventListener("compositionstart", () => { composing = true; });
  target.addEventListener("compositionend", () => { composing = false; open(); });
  target.addEventListener("input", open);
  target.addEventListener("focus", open);
  target.addEventListener("click", open);
  target.addEventListener("blur", close);
  target.addEventListener("keydown", (event) => {
    if (event.isComposing || composing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); if (list.hidden) open(); point(active + (event.key === "ArrowDown" ? 1 : -1)); }
    if (event.key === "Enter" && active >= 0) { event.preventDefault(); choose(list.querySelectorAll("[role=option]")[active].dataset.id); }
    if (event.key === "Escape") close();
    if (event.key === "Backspace" && !target.value && field.several && chosen.length) drop(chosen.at(-1));
  });
  draw();
  return {
    node, target,
    focus: () => (target.hidden ? chips.querySelector("button") : target).focus(),
    // letters that were typed but not chosen from the list are no choice: refuse them on Save instead of dropping them
    get: (strict) => (strict && target.value.trim() ? UNREADABLE : field.several ? [...chosen] : chosen[0] ?? ""),
    set: (value) => { chosen = (Array.isArray(value) ? value : [value]).filter((id) => byId.has(id)); target.value = ""; draw(); },
  };
}

function inputOf(field, options, texts, changed) {
  switch (field.shape) {
    case "long_text": return longInput();
    case "date": return dateInput();
    case "yes_no": return radioInput(field, [["yes", texts.yes], ["no", texts.no]], texts, (text) => ({ yes: true, no: false })[text] ?? null, (value) => (value === true ? "yes" : value === false ? "no" : ""));
    case "code": return field.codes.length <= FEW_CODES ? radioInput(field, field.codes, texts, (text) => text, textOf) : selectInput(field.codes, texts);
    case "codes": return checkInput(field.codes, texts);
    case "reference":
      if (options.length > FEW_OPTIONS) return searchInput(field, options, texts, changed);
      return field.several ? checkInput(options, texts) : selectInput(options, texts);
    default: return lineInput(field);
  }
}

/** A field with label, hint, input and place for its error. `options` may be replaced later. */
function fieldOf(field, path, texts, getOptions, changed) {
  const id = freshId("ck-f");
  const error = make("p", { class: "ck-error", id: `${id}-e` });
  const hint = field.hint ? make("p", { class: "ck-hint", id: `${id}-h`, text: field.hint }) : null;
  const required = field.required ? make("span", { class: "ck-required" }, make("span", { "aria-hidden": "true", text: "*" }), make("span", { class: "ck-hidden", text: texts.required })) : null;
  const needed = field.needed && !field.required ? make("span", { class: "ck-needed", text: texts.needed }) : null;
  const holder = make("div", { class: "ck-input" });
  let input, box;

  function build() {
    input = inputOf(field, getOptions(), texts, changed);
    const target = input.target ?? input.node;
    const name = make(input.group ? "span" : "label", { class: "ck-label", id: `${id}-l`, for: input.group ? null : id }, field.label, required, needed);
    const labelled = input.group ? input.node : target;
    if (input.group) { labelled.setAttribute("role", field.shape === "codes" || field.several ? "group" : "radiogroup"); labelled.setAttribute("aria-labelledby", `${id}-l`); }
    labelled.id = id;
    labelled.setAttribute("aria-describedby", [hint?.id, error.id].filter(Boolean).join(" "));
    if (field.required && !(input.group && field.shape === "codes")) labelled.setAttribute("aria-required", "true");
    holder.replaceChildren(input.node);
    box.replaceChildren(...[name, holder, hint, error].filter(Boolean));
    return labelled;
  }
  const wide = field.shape === "long_text" || field.shape === "codes" || field.several || (field.shape === "reference" && getOptions().length > FEW_OPTIONS);
  box = make("div", { class: `ck-field${wide ? " ck-wide" : ""}`, "data-path": path });
  let labelled = build();

  return {
    field, node: box, path,
    get: (strict) => input.get(strict),
    set: (value) => input.set(value),
    rebuild: () => { const value = input.get(false); labelled = build(); input.set(value); },
    fail: (text) => { error.textContent = text; box.classList.toggle("ck-wrong", Boolean(text)); if (text) labelled.setAttribute("aria-invalid", "true"); else labelled.removeAttribute("aria-invalid"); },
    focus: () => { box.scrollIntoView({ block: "center" }); if (input.focus) input.focus(); else (input.target ?? labelled).focus({ preventScroll: true }); },
  };
}
