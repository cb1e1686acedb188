// A button that asks the kernel for a file and saves it; the file is never part of the page before it is asked for.
export default {
  render({ model, el }) {
    const root = rootOf(model, el, "ck-download");
    const events = listener(model);
    const texts = model.get("texts");
    const button = make("button", { type: "button", onclick: ask });
    const said = make("span", { role: "status" });
    root.append(button, said);
    let timer = null;

    function ask() {
      button.disabled = true;
      said.textContent = texts.making;
      timer = setTimeout(() => done(texts.lost), 30000);
      model.send({ type: "ask" });
    }
    function done(text) {
      clearTimeout(timer);
      button.disabled = false;
      said.textContent = text;
    }
    function draw() {
      button.textContent = model.get("label");
      root.hidden = !model.get("label");
      said.textContent = "";
    }
    events.on("change:label", draw);
    events.on("msg:custom", (message, buffers) => {
      if (message?.type === "refused") done(message.text);
      if (message?.type !== "file" || !buffers?.length) return;
      const address = URL.createObjectURL(new Blob([buffers[0]], { type: message.media_type }));
      const link = make("a", { href: address, download: message.name });
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(address), 60000);
      done(fill(texts.saved, { name: message.name }));
    });
    draw();
    return () => { clearTimeout(timer); events.stop(); };
  },
};
