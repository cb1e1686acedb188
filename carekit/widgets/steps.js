export default {
  render({ model, el }) {
    const root = rootOf(model, el, "ck-steps");
    const events = listener(model);
    function draw() {
      const held = document.activeElement?.dataset?.step;
      const items = model.get("steps_json").map((step, i) => {
        const button = step.button ? make("button", { type: "button", class: "ck-primary", "data-step": step.name, text: step.button, onclick: () => model.send({ type: "press", step: step.name }) }) : null;
        const body = make("div", { class: "ck-body" }, make("b", { text: `${i + 1}. ${step.title}` }), make("span", { class: "ck-word", text: step.word }), step.note ? make("p", { text: step.note }) : null, button);
        return make("li", { class: `ck-${step.state}`, "aria-current": step.state === "active" || step.state === "ready" ? "step" : null }, make("span", { class: "ck-icon", "aria-hidden": "true", text: step.icon }), body);
      });
      root.replaceChildren(make("ol", { "aria-label": model.get("title") }, ...items));
      if (held) root.querySelector(`[data-step="${CSS.escape(held)}"]`)?.focus();
    }
    events.on("change:steps_json", draw);
    events.on("change:title", draw);
    draw();
    return events.stop;
  },
};
