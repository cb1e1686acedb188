// The contact card: shown in the page, and printed by itself in a frame of its own. The markup comes escaped from Python.
function render({ model, el }) {
  const root = document.createElement("div");
  root.className = "ck ck-cards";
  const tools = document.createElement("div");
  tools.className = "ck-card-tools ck-noprint";
  const button = document.createElement("button");
  button.type = "button";
  tools.append(button);
  const sheet = document.createElement("div");
  root.append(tools, sheet);
  el.append(root);

  const draw = () => {
    button.textContent = model.get("print_label");
    root.hidden = !model.get("markup");
    sheet.innerHTML = model.get("markup");
  };

  const print = (page) => {
    const frame = document.createElement("iframe");
    frame.setAttribute("aria-hidden", "true");
    frame.style.cssText = "position:fixed;right:0;bottom:0;width:1px;height:1px;border:0";
    frame.onload = () => {
      frame.contentWindow.addEventListener("afterprint", () => setTimeout(() => frame.remove(), 100));
      frame.contentWindow.focus();
      frame.contentWindow.print();
    };
    frame.srcdoc = page;
    document.body.append(frame);
  };

  const received = (message) => {
    if (message.type === "sheet") print(message.page);
  };
  button.onclick = () => model.send({ type: "print" });
  model.on("change:markup change:print_label", draw);
  model.on("msg:custom", received);
  draw();
  return () => {
    model.off("change:markup change:print_label", draw);
    model.off("msg:custom", received);
  };
}

export default { render };
