export default {
  render({ model, el }) {
    const root = rootOf(model, el, "ck-facts");
    const events = listener(model);
    function draw() {
      const title = model.get("title"), id = freshId("ck-t");
      const pairs = model.get("items").map(([name, value, note]) => make("div", {}, make("dt", { text: name }), make("dd", {}, make("span", { class: "ck-value", text: value }), note ? make("small", { text: note }) : null)));
      root.classList.toggle("ck-figures", model.get("figures"));
      root.replaceChildren(...[title ? make("h4", { id, text: title }) : null, make("dl", { "aria-labelledby": title ? id : null }, ...pairs)].filter(Boolean));
    }
    for (const name of ["items", "title", "figures"]) events.on(`change:${name}`, draw);
    draw();
    return events.stop;
  },
};
