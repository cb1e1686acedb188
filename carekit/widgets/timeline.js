export default {
  render({ model, el }) {
    const root = rootOf(model, el, "ck-timeline");
    const events = listener(model);
    const texts = model.get("texts");
    const heading = make("h3"), filter = make("div", { class: "ck-kinds ck-noprint", role: "group", "aria-label": texts.filter });
    const count = make("p", { class: "ck-count", role: "status" }), body = make("div");
    const print = make("button", { type: "button", class: "ck-print", text: texts.print, onclick: () => window.print() });
    const when = make("select", { class: "ck-when ck-noprint", "aria-label": texts.when });
    root.append(make("div", { class: "ck-head" }, heading, print), filter, when, count, body);
    let kind = "", term = "";
    const termOf = (year, part) => [year.label, part.label].filter(Boolean).join(" · ");
    const opened = new Map();   // what the person folded or unfolded, by the year's words

    function text(value) {
      // a long text shows its beginning; it is all there for search and print
      const node = make("div", { class: "ck-text", text: value });
      if (value.length < 160 && value.split("\n").length < 5) return node;
      node.classList.add("ck-long");
      const more = make("button", { type: "button", class: "ck-more", "aria-expanded": "false", text: texts.more });
      more.addEventListener("click", () => {
        const all = node.classList.toggle("ck-all");
        more.textContent = all ? texts.less : texts.more;
        more.setAttribute("aria-expanded", String(all));
      });
      return make("div", {}, node, more);
    }

    function entry(event) {
      const lines = event.lines.flatMap(([label, value]) => [make("dt", { text: label }), make("dd", {}, text(value))]);
      const day = event.date ? make("time", { datetime: event.date, text: event.date }) : null;
      const until = event.ended ? make("span", { class: "ck-until", text: fill(texts.until, { day: event.ended }) }) : null;
      const head = make("div", { class: "ck-entry-head" }, day, until, make("span", { class: "ck-kind", text: event.kind_label }), make("b", { text: event.title }), event.who ? make("span", { class: "ck-who", text: event.who }) : null);
      const shut = event.restricted ? make("p", { class: "ck-shut", text: `※ ${lines.length ? texts.partly : texts.restricted}` }) : null;
      return make("li", {}, head, lines.length ? make("dl", {}, ...lines) : null, shut);
    }

    function draw() {
      heading.textContent = model.get("caption");
      const years = model.get("years").map((year) => ({ ...year, parts: year.parts.filter((part) => !term || termOf(year, part) === term).map((part) => ({ ...part, events: part.events.filter((event) => !kind || event.kind === kind) })).filter((part) => part.events.length) })).filter((year) => year.parts.length);
      const total = years.reduce((sum, year) => sum + year.parts.reduce((all, part) => all + part.events.length, 0), 0);
      count.textContent = total ? fill(texts.count, { count: total }) : texts.empty;
      print.hidden = total === 0;
      body.replaceChildren(...years.map((year, i) => {
        const number = year.parts.reduce((all, part) => all + part.events.length, 0);
        const fold = make("details", {}, make("summary", {}, make("span", { text: year.label }), make("small", { text: fill(texts.count, { count: number }) })));
        fold.open = opened.get(year.label) ?? (i < model.get("open_years") || Boolean(term));
        fold.addEventListener("toggle", () => { if (!printing) opened.set(year.label, fold.open); });
        for (const part of year.parts) fold.append(...[part.label ? make("h4", { text: part.label }) : null, make("ol", {}, ...part.events.map(entry))].filter(Boolean));
        return fold;
      }));
    }

    function drawKinds() {
      const kinds = model.get("kinds");
      const all = kinds.reduce((sum, one) => sum + one[2], 0);
      if (!kinds.some((one) => one[0] === kind)) kind = "";
      filter.replaceChildren(...[["", texts.all, all], ...kinds].map(([name, word, number]) => {
        const button = make("button", { type: "button", "aria-pressed": String(name === kind), text: `${word} ${number}` });
        button.addEventListener("click", () => { kind = name; for (const one of filter.children) one.setAttribute("aria-pressed", String(one === button)); draw(); });
        return button;
      }));
      filter.hidden = kinds.length < 2;
    }

    function drawTerms() {
      const terms = model.get("years").flatMap((year) => year.parts.map((part) => termOf(year, part)));
      if (!terms.includes(term)) term = "";
      when.replaceChildren(...[["", texts.when_all], ...terms.map((one) => [one, one])].map(([value, words]) => make("option", { value, text: words })));
      when.value = term;
      when.hidden = terms.length < 2;
    }
    when.addEventListener("change", () => { term = when.value; draw(); });

    // paper cannot be unfolded
    let printing = false, folded = [];
    const unfold = () => { printing = true; folded = [...body.querySelectorAll("details:not([open])")]; for (const one of folded) one.open = true; };
    const refold = () => { for (const one of folded) one.open = false; setTimeout(() => { printing = false; }); };
    window.addEventListener("beforeprint", unfold);
    window.addEventListener("afterprint", refold);
    events.on("change:years", () => { drawKinds(); drawTerms(); draw(); });
    events.on("change:caption", draw);
    drawKinds();
    drawTerms();
    draw();
    return () => { window.removeEventListener("beforeprint", unfold); window.removeEventListener("afterprint", refold); events.stop(); };
  },
};
