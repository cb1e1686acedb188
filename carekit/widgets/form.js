// What a person typed lives as long as the page, also when the form is drawn anew (another tab of the app, JupyterLab).
const typedBefore = new WeakMap();

export default {
  render({ model, el }) {
    const root = rootOf(model, el, "ck-form");
    const events = listener(model);
    const texts = model.get("texts");
    const layout = model.get("layout_json");
    const form = make("form", { novalidate: true, autocomplete: "off", "aria-label": layout.title || null });
    root.append(form);

    let waiting = null;      // { n, values, timer } between Save and its acknowledgement
    let lastN = 0, draftTimer = null, held = null, conflict = null, dirty = false;

    // --- the parts of the page -----------------------------------------------------------------------------------------

    const offer = make("div", { class: "ck-offer", role: "status" });
    const summary = make("div", { class: "ck-summary", role: "alert", tabindex: "-1" });
    const clash = make("div", { class: "ck-clash", role: "alert", tabindex: "-1" });
    const saying = make("span", { class: "ck-saying", role: "status" });
    const draftNote = make("span", { class: "ck-draft", "aria-live": "off" });
    const save = make("button", { type: "submit", class: "ck-primary ck-save", text: layout.save || texts.save });
    const bar = make("div", { class: "ck-bar ck-noprint" }, save, saying, draftNote);
    summary.hidden = clash.hidden = offer.hidden = true;

    const optionsOf = (part, name) => () => model.get("options")[part]?.[name] ?? [];
    const own = new Map(layout.fields.map((field) => [field.name, fieldOf(field, field.name, texts, optionsOf("", field.name), touched)]));
    const parts = new Map(layout.parts.map((part) => [part.name, partOf(part)]));
    const groups = [];
    form.append(...(layout.title ? [make("h3", { text: layout.title })] : []), offer, clash, ...groupNodes(), ...[...parts.values()].map((part) => part.node), summary, bar);

    function groupNodes() {
      for (const field of layout.fields) {
        const label = field.group ?? "";
        if (!groups.length || groups.at(-1).label !== label) groups.push({ label, fields: [] });
        groups.at(-1).fields.push(own.get(field.name));
      }
      return groups.map((group) => {
        const body = make("div", { class: "ck-fields" }, ...group.fields.map((one) => one.node));
        if (!group.label) return body;
        const toggle = make("button", { type: "button", class: "ck-fold", "aria-expanded": "true", text: group.label });
        group.open = (open) => { body.hidden = !open; toggle.setAttribute("aria-expanded", String(open)); };
        toggle.addEventListener("click", () => group.open(body.hidden));
        return make("fieldset", { class: "ck-group" }, make("legend", {}, toggle), body);
      });
    }

    /** A long form opens at the groups that matter: those that must be filled, make a file complete, or hold something. */
    function foldGroups() {
      const many = groups.filter((group) => group.open).length > 3;
      for (const group of groups) group.open?.((!many && !group.fields[0].field.more) || group.fields.some((one) => one.field.required || one.field.needed || filled(one.get(false))));
    }

    function partOf(part) {
      const rows = [];
      const list = make("div");
      const error = make("p", { class: "ck-error" });
      const add = make("button", { type: "button", text: fill(texts.add, { part: part.label }), onclick: () => { addRow(`new-${freshId("r")}`, part.blank); touched(); rows.at(-1).fields[0].focus(); } });
      const node = make("section", { class: "ck-part", "aria-label": part.label, "data-path": part.name }, make("h4", { text: part.label }), list, error, make("div", { class: "ck-noprint" }, add));
      const number = () => { rows.forEach((row, i) => { row.legend.textContent = fill(texts.row, { part: part.label, number: i + 1 }); }); add.hidden = rows.length >= part.most; };
      function addRow(key, values) {
        const row = { key, legend: make("legend") };
        row.fields = part.fields.map((field) => fieldOf(field, `${part.name}/${key}/${field.name}`, texts, optionsOf(part.name, field.name), touched));
        const remove = make("button", { type: "button", class: "ck-danger ck-noprint", text: texts.remove, onclick: () => { rows.splice(rows.indexOf(row), 1); row.node.remove(); number(); touched(); add.focus(); } });
        remove.hidden = part.keeps && !key.startsWith("new-");
        row.node = make("fieldset", { class: "ck-row" }, row.legend, make("div", { class: "ck-fields" }, ...row.fields.map((one) => one.node)), remove);
        rows.push(row);
        list.append(row.node);
        for (const one of row.fields) one.set(values[one.field.name]);
        number();
      }
      return {
        node, rows,
        get: (strict) => rows.map((row) => ({ key: row.key, fields: read(row.fields, strict) })),
        set: (given) => { rows.length = 0; list.replaceChildren(); for (const one of given ?? []) addRow(one.key, one.fields); number(); },
        rekey: (keys) => { for (const row of rows) { if (!(row.key in keys)) continue; row.key = keys[row.key]; for (const one of row.fields) one.path = one.node.dataset.path = `${part.name}/${row.key}/${one.field.name}`; } },
        fail: (text) => { error.textContent = text; },
        focus: () => { node.scrollIntoView({ block: "center" }); add.focus({ preventScroll: true }); },
      };
    }

    // --- what stands in the boxes --------------------------------------------------------------------------------------

    const read = (fields, strict) => Object.fromEntries(fields.map((one) => [one.field.name, one.get(strict)]));
    const collect = (strict) => ({ fields: read([...own.values()], strict), parts: Object.fromEntries([...parts].map(([name, part]) => [name, part.get(strict)])) });
    const filled = (value) => value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && !value.length);
    const everyField = () => [...own.values(), ...[...parts.values()].flatMap((part) => part.rows.flatMap((row) => row.fields))];

    function put(values) {
      for (const [name, one] of own) one.set(values.fields?.[name]);
      for (const [name, part] of parts) part.set(values.parts?.[name]);
    }

    function begin() {
      const before = typedBefore.get(model);
      const kept = before?.generation === model.get("generation") ? before : null;
      // the choices come in the same message as the values, and a picker keeps only what is among its choices
      for (const one of own.values()) if (one.field.shape === "reference") one.rebuild();
      put(kept ? kept.values : model.get("values"));
      setDirty(Boolean(kept));
      foldGroups();
      showProblems([]);
      closeConflict();
      if (!waiting) say("", "");
      draftNote.textContent = "";
    }

    function setDirty(value) {
      dirty = value;
      root.classList.toggle("ck-dirty", dirty);
      if (!dirty) typedBefore.delete(model);
    }

    function touched() {
      typedBefore.set(model, { generation: model.get("generation"), values: collect(false) });
      setDirty(true);
      if (!waiting) say(texts.unsaved, "soft");
      clearTimeout(draftTimer);
      if (model.get("keeps_drafts")) draftTimer = setTimeout(keepDraft, 1500);
    }

    // --- drafts --------------------------------------------------------------------------------------------------------

    function keepDraft() {
      if (composition.composing() || waiting || !dirty) return;
      if (model.get("draft_at")) { draftNote.textContent = texts.draft_waits; return; }
      model.send({ type: "draft", generation: model.get("generation"), values: collect(false) });
    }

    function showOffer() {
      const at = model.get("draft_at");
      offer.hidden = !at;
      if (!at) { if (dirty && model.get("keeps_drafts")) { draftNote.textContent = ""; draftTimer = setTimeout(keepDraft, 1500); } return; }
      const answer = (word, type, look) => make("button", { type: "button", class: look, text: word, onclick: () => model.send({ type }) });
      offer.replaceChildren(make("span", { text: fill(texts.draft_offer, { at }) }), answer(texts.restore, "restore", "ck-primary"), answer(texts.discard, "discard", null));
    }

    // --- saving --------------------------------------------------------------------------------------------------------

    const composition = watchComposition(root, (event) => {
      if (held) held.left = event.data ?? "";
      touched();
    });
    // a press on Save ends a composition: what stood in the box may then be letters that nobody meant to write
    save.addEventListener("pointerdown", () => { held = composition.composing() ? { where: composition.target(), left: null } : null; });

    function submit() {
      if (waiting) return;
      const where = held?.where ?? composition.target();
      const unfinished = composition.composing() || (held && /[A-Za-z]/.test(held.left ?? "a"));
      held = null;
      if (unfinished) {
        composition.forget();
        say(texts.composing, "bad");
        where?.focus();
        return;
      }
      clearTimeout(draftTimer);
      const values = collect(true);
      lastN = Math.max(lastN + 1, Date.now());
      const message = { type: "submit", generation: model.get("generation"), n: lastN, values };
      if (conflict) {
        message.choices = choicesMade();
        if (Object.keys(message.choices).length < conflict.fields.length) { say(texts.choose_each, "bad"); clash.focus(); return; }
      }
      const seconds = model.get("ack_seconds");
      waiting = { n: lastN, sent: JSON.stringify(values), timer: setTimeout(() => { release(); say(fill(texts.lost, { seconds }), "bad"); }, seconds * 1000) };
      save.disabled = true;
      form.setAttribute("aria-busy", "true");
      say(texts.saving, "soft");
      try { model.send(message); } catch { /* a closed connection: the time limit says so */ }
    }

    function release() {
      clearTimeout(waiting?.timer);
      waiting = null;
      save.disabled = false;
      form.removeAttribute("aria-busy");
    }

    function say(text, look) { saying.textContent = text; saying.className = `ck-saying ck-${look || "none"}`; }

    let lastSent = "";
    function acknowledged(answer) {
      if (answer.n !== lastN) return;
      if (waiting) lastSent = waiting.sent;
      release();
      if (answer.state !== "conflict") closeConflict();
      showProblems(answer.problems ?? []);
      say(answer.text, answer.state === "saved" ? "good" : "bad");
      if (answer.state === "conflict") openConflict(answer.conflict);
      if (answer.state === "saved") savedAs(answer);
    }

    /** Shows what was saved as it was saved, but for boxes that the person went on typing in. */
    function savedAs(answer) {
      draftNote.textContent = "";
      if (!answer.values) { setDirty(false); return; }
      const before = JSON.parse(lastSent), now = collect(true);
      const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
      for (const [name, one] of own) if (same(before.fields[name], now.fields[name])) one.set(answer.values.fields[name]);
      const untouched = same(before, now);
      for (const [name, part] of parts) {
        if (same(before.parts[name], now.parts[name])) part.set(answer.values.parts[name]);
        else part.rekey(answer.keys[name] ?? {});
      }
      setDirty(false);
      if (!untouched) { const text = saying.textContent; touched(); say(`${text}${texts.unsaved}`, "soft"); }
    }

    function showProblems(problems) {
      const byPath = new Map(problems.map((problem) => [problem.path, problem]));
      const all = everyField();
      for (const one of all) one.fail(byPath.get(one.path)?.text ?? "");
      for (const [name, part] of parts) part.fail(byPath.get(name)?.text ?? "");
      const places = new Map([...all.map((one) => [one.path, one]), ...parts]);
      summary.hidden = problems.length === 0;
      if (!problems.length) return;
      const go = (path) => {
        const group = groups.find((one) => one.fields.some((field) => field.path === path));
        group?.open?.(true);
        places.get(path).focus();
      };
      const items = problems.map((problem) => {
        const text = problem.name ? `${problem.name}：${problem.text}` : problem.text;
        if (!places.has(problem.path)) return make("li", { text });
        const link = make("a", { href: "#", text });
        link.addEventListener("click", (event) => { event.preventDefault(); go(problem.path); });
        return make("li", {}, link);
      });
      summary.replaceChildren(make("b", { text: texts.summary }), make("ul", {}, ...items));
      const first = [...places.keys()].find((path) => byPath.has(path));
      if (first) go(first); else summary.focus();
    }

    // --- two people changed the same record ------------------------------------------------------------------------------

    function openConflict(shown) {
      conflict = shown;
      const rows = shown.fields.map((field) => {
        const name = freshId("ck-k");
        const side = (value, word) => make("label", {}, make("input", { type: "radio", name, value, "data-field": field.name }), make("b", { text: word }), make("span", { class: "ck-value", text: field[value] }));
        return make("fieldset", {}, make("legend", { text: field.label }), side("mine", texts.mine), side("theirs", texts.theirs));
      });
      const head = rows.length ? fill(texts.conflict, { who: shown.who || texts.somebody, at: shown.at }) : texts.merged;
      clash.replaceChildren(make("b", { text: head }), ...rows);
      clash.hidden = false;
      clash.scrollIntoView({ block: "nearest" });
      clash.focus({ preventScroll: true });
    }
    const choicesMade = () => Object.fromEntries([...clash.querySelectorAll("input:checked")].map((box) => [box.dataset.field, box.value]));
    function closeConflict() { conflict = null; clash.hidden = true; clash.replaceChildren(); }

    // --- events ----------------------------------------------------------------------------------------------------------

    form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
    form.addEventListener("input", (event) => { if (!clash.contains(event.target) && event.target.getAttribute("role") !== "combobox") touched(); });
    // Enter in a one-line box does nothing: it neither sends the form nor takes what an input method is composing
    form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.tagName === "INPUT" && !event.isComposing) event.preventDefault(); });
    events.on("change:generation", begin);
    events.on("change:draft_at", showOffer);
    events.on("change:options", () => { for (const one of everyField()) if (one.field.shape === "reference") one.rebuild(); });
    events.on("msg:custom", (message) => {
      if (message?.type === "ack") acknowledged(message);
      if (message?.type === "say") say(message.text, message.good ? "good" : "bad");
      if (message?.type === "draft") { draftNote.textContent = message.text; draftNote.classList.toggle("ck-bad", !message.kept); }
    });
    begin();
    showOffer();
    return () => { clearTimeout(draftTimer); clearTimeout(waiting?.timer); events.stop(); };
  },
};
