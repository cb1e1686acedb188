export default {
  render({ model, el }) {
    const root = rootOf(model, el, "ck-table");
    const events = listener(model);
    const texts = model.get("texts");
    // on a phone the rows are drawn as cards; the roles keep the table a table for screen readers
    let view = { query: "", sort: "", ascending: true, filters: {}, page: 1 };
    let timer = null;
    let refocus = null, unanswered = 0;

    const ask = (change) => {
      // what stands in the search box counts, also when another filter is used before the pause after typing is over
      if (!composition.composing()) view.query = search.value;
      view = { ...view, ...change };
      unanswered += 1;
      clearTimeout(timer);
      clearTimeout(waiting);
      table.setAttribute("aria-busy", "true");
      model.send({ type: "view", ...view });
      waiting = setTimeout(() => { count.textContent = texts.lost; count.classList.add("ck-lost"); }, 8000);
    };
    let waiting = null;

    const search = make("input", { type: "search", placeholder: texts.search_hint, autocomplete: "off", maxlength: 100 });
    const tools = make("div", { class: "ck-tools ck-noprint" });
    const type = () => {
      if (composition.composing()) return;
      clearTimeout(timer);
      timer = setTimeout(() => ask({ page: 1 }), 250);
    };
    const composition = watchComposition(root, type);
    search.addEventListener("input", type);
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing && !composition.composing()) ask({ page: 1 });
    });

    const caption = make("caption");
    const head = make("thead", { role: "rowgroup" });
    const body = make("tbody", { role: "rowgroup" });
    const table = make("table", { role: "table" }, caption, head, body);
    const count = make("p", { class: "ck-count", role: "status", "aria-live": "polite" });
    const nothing = make("p", { class: "ck-nothing" });
    const pager = make("nav", { class: "ck-pager ck-noprint", "aria-label": texts.page.replace(/\{\w+\}/g, "").trim() || texts.page });
    const filters = new Map();
    const order = make("select");
    const reset = make("button", { type: "button", text: texts.reset, onclick: () => { search.value = ""; ask({ filters: {}, page: 1 }); } });
    root.append(tools, count, make("div", { class: "ck-scroll" }, table), nothing, pager);

    function drawTools() {
      tools.replaceChildren();
      filters.clear();
      if (model.get("searchable")) tools.append(make("label", { class: "ck-search" }, make("span", { text: texts.search }), search));
      for (const column of model.get("columns_json")) {
        if (!column.choices.length) continue;
        const select = make("select", {}, make("option", { value: "", text: texts.all }), ...column.choices.map(([value, word]) => make("option", { value, text: word })));
        select.addEventListener("change", () => {
          const chosen = { ...view.filters };
          if (select.value) chosen[column.name] = select.value; else delete chosen[column.name];
          ask({ filters: chosen, page: 1 });
        });
        filters.set(column.name, select);
        tools.append(make("label", {}, make("span", { text: column.label }), select));
      }
      // on a phone the headings are not there to sort by
      const directions = model.get("columns_json").flatMap((column) => [[`+${column.name}`, `${column.label} ▲`], [`-${column.name}`, `${column.label} ▼`]]);
      order.replaceChildren(make("option", { value: "", text: texts.unsorted }), ...directions.map(([value, word]) => make("option", { value, text: word })));
      order.onchange = () => ask({ sort: order.value.slice(1), ascending: order.value[0] !== "-", page: 1 });
      tools.append(make("label", { class: "ck-order" }, make("span", { text: texts.sort_by }), order), reset);
    }

    function heading(column, page) {
      const mine = page.sort === column.name;
      const button = make("button", { type: "button", class: "ck-sort" }, make("span", { text: column.label }), make("span", { class: "ck-arrow", "aria-hidden": "true", text: mine ? (page.ascending ? "▲" : "▼") : "↕" }));
      button.addEventListener("click", () => { refocus = column.name; ask({ sort: column.name, ascending: view.sort === column.name ? !view.ascending : true, page: 1 }); });
      button.dataset.column = column.name;
      return make("th", { scope: "col", role: "columnheader", class: column.number && "ck-number", "aria-sort": mine ? (page.ascending ? "ascending" : "descending") : "none" }, button);
    }

    function line(row, columns, picked) {
      const cells = row.cells.map((cell, index) => make(index ? "td" : "th", { scope: index ? null : "row", role: index ? "cell" : "rowheader", class: columns[index].number && "ck-number", "data-label": columns[index].label }, make("span", { class: "ck-cell", text: cell })));
      const tr = make("tr", { role: "row" }, ...cells);
      if (row.actions.length || columns.withActions) {
        const buttons = row.actions.map(([name, word, emphasis]) => {
          const button = make("button", { type: "button", class: emphasis === "plain" ? null : `ck-${emphasis}`, text: word, "aria-label": `${word} ${row.cells[0]}` });
          button.addEventListener("click", (event) => { event.stopPropagation(); model.send({ type: "action", id: row.id, action: name }); });
          return button;
        });
        tr.append(make("td", { role: "cell", class: "ck-actions ck-noprint" }, ...buttons));
      }
      tr.dataset.row = row.id;
      if (model.get("selectable")) {
        tr.tabIndex = 0;
        tr.setAttribute("aria-selected", String(row.id === picked));
        const pick = () => { mark(row.id); model.send({ type: "select", id: row.id }); };
        tr.addEventListener("click", pick);
        tr.addEventListener("keydown", (event) => {
          if (event.target !== tr) return;
          const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
          if (step) { event.preventDefault(); tr[step]?.focus(); }
          if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(); }
        });
      }
      return tr;
    }

    const mark = (picked) => { for (const tr of body.rows) if (tr.hasAttribute("aria-selected")) tr.setAttribute("aria-selected", String(tr.dataset.row === picked)); };

    function drawPager(page) {
      const go = (word, number, enabled) => make("button", { type: "button", text: word, disabled: !enabled, onclick: () => ask({ page: number }) });
      pager.replaceChildren(
        go(texts.first, 1, page.page > 1), go(texts.previous, page.page - 1, page.page > 1),
        make("span", { text: fill(texts.page, page) }),
        go(texts.next, page.page + 1, page.page < page.pages), go(texts.last, page.pages, page.page < page.pages),
      );
      pager.hidden = page.pages < 2;
    }

    function draw() {
      clearTimeout(waiting);
      count.classList.remove("ck-lost");
      table.setAttribute("aria-busy", "false");
      const page = model.get("page");
      const columns = [...model.get("columns_json")];
      columns.withActions = page.rows.some((row) => row.actions.length);
      unanswered = Math.max(0, unanswered - 1);
      // while a newer question is on its way, what it asked for is what the person sees next
      if (!unanswered) view = { query: page.query, sort: page.sort, ascending: page.ascending, filters: { ...page.filters }, page: page.page };
      if (document.activeElement !== search) search.value = page.query;
      for (const [name, select] of filters) select.value = page.filters[name] ?? "";
      order.value = page.sort ? (page.ascending ? "+" : "-") + page.sort : "";
      caption.textContent = model.get("caption");
      head.replaceChildren(make("tr", { role: "row" }, ...columns.map((column) => heading(column, page)), ...(columns.withActions ? [make("th", { scope: "col", role: "columnheader", class: "ck-noprint", text: texts.actions })] : [])));
      body.replaceChildren(...page.rows.map((row) => line(row, columns, model.get("selected"))));
      const narrowed = page.query !== "" || Object.keys(page.filters).length > 0;
      count.textContent = narrowed ? fill(texts.found, page) : fill(texts.count, page);
      nothing.textContent = page.count ? "" : narrowed ? texts.nothing_found : model.get("empty");
      nothing.hidden = page.count > 0;
      head.hidden = page.count === 0;
      reset.hidden = !narrowed;
      tools.hidden = page.all === 0;
      drawPager(page);
      if (refocus) head.querySelector(`[data-column="${CSS.escape(refocus)}"]`)?.focus();
      refocus = null;
    }

    events.on("change:page", draw);
    events.on("change:columns_json", () => { drawTools(); draw(); });
    events.on("change:selected", () => mark(model.get("selected")));
    drawTools();
    draw();
    return () => { clearTimeout(timer); clearTimeout(waiting); events.stop(); };
  },
};
