// Vega is one file of this machine, fetched once for all charts of a page and kept by the browser.
const bundles = new Map();

/** The server's address of the page: Voila and JupyterLab write it into their configuration. */
function baseUrl() {
  for (const id of ["jupyter-config-data", "ck-config"]) {
    try {
      const config = JSON.parse(document.getElementById(id)?.textContent ?? "null");
      if (config?.baseUrl ?? config?.base) return config.baseUrl ?? config.base;
    } catch { /* not a configuration */ }
  }
  return document.body.dataset.baseUrl ?? "/";
}

function loadVega(path) {
  const url = new URL(baseUrl().replace(/\/?$/, "/") + path, location.href).href;
  if (!bundles.has(url)) bundles.set(url, import(/* webpackIgnore: true */ url).catch((error) => { bundles.delete(url); throw error; }));
  return bundles.get(url);
}

export default {
  render({ model, el }) {
    const root = rootOf(model, el, "ck-chart");
    const events = listener(model);
    const texts = model.get("texts");
    const picture = make("div", { class: "ck-picture" });
    const saying = make("p", { class: "ck-saying", role: "status" });
    const tableId = freshId("ck-n");
    const toggle = make("button", { type: "button", class: "ck-noprint", "aria-controls": tableId, onclick: () => showTable(holder.hidden) });
    const holder = make("div", { id: tableId, class: "ck-numbers" });
    root.append(picture, saying, toggle, holder);
    let drawn = null, turn = 0, gone = false;

    function showTable(open) {
      holder.hidden = !open;
      toggle.setAttribute("aria-expanded", String(open));
      toggle.textContent = open ? texts.hide : texts.figures;
    }

    const pick = (fields) => model.send({ type: "select", fields });
    const same = (fields, datum) => Object.entries(fields).every(([name, value]) => name in datum && (datum[name] ?? null) === value);

    function drawTable() {
      const picks = model.get("picks"), spec = model.get("spec");
      const head = make("tr", {}, ...model.get("headings").map((text) => make("th", { scope: "col", text })), picks.length ? make("th", { scope: "col", class: "ck-noprint" }, make("span", { class: "ck-hidden", text: texts.pick })) : null);
      const lines = model.get("rows").map((row, i) => {
        const cells = row.map((text, k) => make(k ? "td" : "th", { scope: k ? null : "row", text }));
        const button = picks.length ? make("td", { class: "ck-noprint" }, make("button", { type: "button", text: texts.pick, "aria-label": `${texts.pick} ${row[0]}`, onclick: () => pick(picks[i]) })) : null;
        return make("tr", {}, ...cells, button);
      });
      holder.replaceChildren(make("table", {}, make("caption", { text: titleOf(spec) }), make("thead", {}, head), make("tbody", {}, ...lines)));
    }

    const titleOf = (spec) => { const title = spec.title?.text ?? spec.title ?? ""; return Array.isArray(title) ? title.join("\n") : title; };

    async function draw() {
      const mine = ++turn;
      drawTable();
      const empty = !model.get("rows").length;
      toggle.hidden = empty;
      if (empty) { clear(); picture.replaceChildren(); saying.textContent = texts.empty; return; }
      if (!drawn) saying.textContent = texts.drawing;
      try {
        const { vegaEmbed } = await loadVega(model.get("script_path"));
        if (mine !== turn || gone) return;
        const host = make("div", { class: "ck-vega", role: "img", "aria-label": [titleOf(model.get("spec")), model.get("description")].filter(Boolean).join("。") });
        const next = make("div", {}, host);
        clear();
        picture.replaceChildren(next);
        // "ast" draws without eval, which a strict page forbids
        drawn = await vegaEmbed(host, structuredClone(model.get("spec")), { actions: false, renderer: "svg", ast: true });
        saying.textContent = "";
        const picks = model.get("picks");
        drawn.view.addEventListener("click", (_event, item) => {
          const datum = item?.datum;
          const fields = datum && (picks[datum.row] ?? picks.find((one) => same(one, datum)));
          if (fields) pick(fields);
        });
      } catch {
        if (mine !== turn || gone) return;
        clear();
        picture.replaceChildren();
        saying.textContent = texts.failed;
        showTable(true);
      }
    }

    function clear() { drawn?.finalize(); drawn = null; }

    // a chart drawn in a closed tab has no width: draw again when it gets one
    let width = 0;
    const watch = new ResizeObserver(() => { if (drawn && picture.clientWidth && picture.clientWidth !== width) { width = picture.clientWidth; drawn.view.resize(); window.dispatchEvent(new Event("resize")); } });
    watch.observe(picture);
    events.on("change:spec", draw);
    events.on("change:rows", drawTable);
    events.on("change:picks", draw);
    showTable(false);
    draw();
    return () => { gone = true; watch.disconnect(); clear(); events.stop(); };
  },
};
