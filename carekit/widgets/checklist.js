// What a person ticked lives as long as the page, also when the list is drawn anew (another tab of the app, JupyterLab).
const tickedBefore = new WeakMap();

export default {
  render({ model, el }) {
    const root = rootOf(model, el, "ck-checklist");
    const events = listener(model);
    const texts = model.get("texts");
    const composition = watchComposition(root, () => touched());
    let rows = [], waiting = null, lastN = 0, draftTimer = null;

    const heading = make("h3");
    const counted = make("span", { class: "ck-count", role: "status" });
    const find = make("input", { type: "search", placeholder: texts.search, "aria-label": texts.search });
    const allOf = (value) => make("button", { type: "button", text: value ? texts.all : texts.none, onclick: () => { for (const row of rows) if (!row.node.hidden) row.tick.checked = value; touched(); } });
    const head = make("div", { class: "ck-head ck-noprint" }, find, allOf(true), allOf(false));
    const list = make("ul");
    const save = make("button", { type: "button", class: "ck-primary ck-save", onclick: submit });
    const saying = make("span", { class: "ck-saying", role: "status" }), draftNote = make("span", { class: "ck-draft" });
    const bar = make("div", { class: "ck-bar ck-noprint" }, save, counted, saying, draftNote);
    root.append(heading, head, list, bar);

    const say = (text, look) => { saying.textContent = text; saying.className = `ck-saying ck-${look || "none"}`; };
    const count = () => { counted.textContent = fill(texts.count, { ticked: rows.filter((row) => row.tick.checked).length, all: rows.length }); };
    const collect = () => Object.fromEntries(rows.map((row) => [row.id, { ticked: row.tick.checked, choice: row.choice?.value ?? "", words: Object.fromEntries(row.words.map(([name, box]) => [name, box.value])) }]));

    function rowOf(given, layout) {
      const tick = make("input", { type: "checkbox", "aria-label": `${given.name} ${given.detail} ${layout.tick}` });
      tick.checked = given.ticked;
      const choice = layout.codes.length ? make("select", { "aria-label": `${given.name} ${layout.codes_label}` }, make("option", { value: "", text: `${layout.codes_label} —` }), ...layout.codes.map(([value, text]) => make("option", { value, text }))) : null;
      if (choice) choice.value = given.choice;
      const words = layout.words.map(([name, label]) => {
        const box = make("input", { type: "text", maxlength: "200", autocomplete: "off", placeholder: label, title: label, "aria-label": `${given.name} ${label}` });
        box.value = given.words[name] ?? "";
        return [name, box];
      });
      const folded = words.filter(([name, box]) => !layout.open.includes(name) && !box.value).map(([, box]) => box);
      for (const box of folded) box.hidden = true;
      const more = make("div", { class: "ck-words" }, ...words.map(([, box]) => box));
      const toggle = folded.length ? make("button", { type: "button", class: "ck-more ck-noprint", text: texts.more, "aria-label": `${given.name} ${texts.more}`, onclick: () => { for (const box of folded) box.hidden = false; toggle.hidden = true; folded[0].focus(); } }) : null;
      const name = make("label", { class: "ck-name" }, tick, make("b", { text: given.name }), make("small", { text: given.detail }));
      const node = make("li", {}, make("div", { class: "ck-line" }, name, choice, toggle), more);
      return { id: given.id, node, tick, choice, words, found: `${given.name}${given.detail}`.toLowerCase() };
    }

    function draw() {
      const layout = model.get("layout_json"), before = tickedBefore.get(model);
      const kept = before?.generation === model.get("generation") ? before.marks : {};
      heading.textContent = layout.caption ?? "";
      save.textContent = layout.save ?? "";
      rows = layout.words ? model.get("rows_json").map((row) => rowOf({ ...row, ...kept[row.id] }, layout)) : [];
      list.replaceChildren(...rows.map((row) => row.node));
      head.hidden = bar.hidden = !rows.length;
      find.hidden = rows.length < 13;
      find.value = "";
      draftNote.textContent = "";
      count();
      say(before && Object.keys(kept).length ? texts.unsaved : model.get("restored") ? texts.restored : "", "soft");
    }

    function touched() {
      count();
      tickedBefore.set(model, { generation: model.get("generation"), marks: collect() });
      if (!waiting) say(texts.unsaved, "soft");
      clearTimeout(draftTimer);
      if (model.get("keeps_drafts")) draftTimer = setTimeout(() => { if (!waiting && !composition.composing()) model.send({ type: "draft", generation: model.get("generation"), marks: collect() }); }, 1500);
    }

    function submit() {
      if (waiting) return;
      if (composition.composing()) { composition.forget(); say(texts.composing, "bad"); return; }
      clearTimeout(draftTimer);
      lastN = Math.max(lastN + 1, Date.now());
      const seconds = model.get("ack_seconds");
      waiting = { n: lastN, timer: setTimeout(() => { release(); say(fill(texts.lost, { seconds }), "bad"); }, seconds * 1000) };
      save.disabled = true;
      say(texts.saving, "soft");
      try { model.send({ type: "save", generation: model.get("generation"), n: lastN, marks: collect() }); } catch { /* a closed connection: the time limit says so */ }
    }

    function release() { clearTimeout(waiting?.timer); waiting = null; save.disabled = false; }

    list.addEventListener("input", touched);
    find.addEventListener("input", () => { const word = find.value.trim().toLowerCase(); for (const row of rows) row.node.hidden = !row.found.includes(word); });
    events.on("change:generation", draw);
    events.on("msg:custom", (message) => {
      if (message?.type === "draft") draftNote.textContent = message.text;
      if (message?.type !== "ack" || message.n !== lastN) return;
      release();
      say(message.text, message.state === "saved" ? "good" : "bad");
      if (message.state === "saved") { tickedBefore.delete(model); draftNote.textContent = ""; }
    });
    draw();
    return () => { clearTimeout(draftTimer); clearTimeout(waiting?.timer); events.stop(); };
  },
};
