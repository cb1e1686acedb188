export default {
  render({ model, el }) {
    const root = rootOf(model, el, "ck-notice");
    const events = listener(model);
    // both live regions stand in the page from the start: a reader announces what changes inside one
    const polite = make("div", { role: "status" }), urgent = make("div", { role: "alert" });
    root.append(polite, urgent);
    function draw() {
      const text = model.get("text"), tone = model.get("tone");
      const place = tone === "warn" || tone === "error" ? urgent : polite;
      polite.replaceChildren();
      urgent.replaceChildren();
      if (!text) return;
      const lines = model.get("lines").map((line) => make("li", { text: line }));
      const icon = { info: "ℹ", ok: "✓", warn: "⚠", error: "✕" }[tone] ?? "ℹ";
      place.append(make("div", { class: `ck-box ck-${tone}` }, make("span", { class: "ck-icon", "aria-hidden": "true", text: icon }), make("div", {}, make("p", { text }), lines.length ? make("ul", {}, ...lines) : null)));
    }
    // an answer to what the person just did must be seen, however far down the page they are; a hint need not
    const seen = () => { if (model.get("text") && model.get("tone") !== "info") setTimeout(() => root.scrollIntoView({ block: "nearest" }), 150); };
    for (const name of ["text", "tone", "lines"]) events.on(`change:${name}`, draw);
    for (const name of ["text", "tone", "lines"]) events.on(`change:${name}`, seen);
    draw();
    return events.stop;
  },
};
