export default {
  render({ model, el }) {
    const root = rootOf(model, el, "ck-upload");
    const events = listener(model);
    const texts = model.get("texts"), limit = model.get("limit"), endings = model.get("endings");
    const input = make("input", { type: "file", class: "ck-hidden", tabindex: "-1", "aria-hidden": "true", accept: endings.join(",") || null });
    const button = make("button", { type: "button", class: "ck-primary", text: texts.choose });
    const limits = [endings.join(" "), fill(texts.limit, { limit: model.get("limit_text") })].filter(Boolean).join(" · ");
    const bar = make("progress", { max: 100, value: 0, "aria-label": texts.choose });
    const saying = make("p", { class: "ck-saying", role: "status" });
    const zone = make("div", { class: "ck-zone", role: "group", "aria-label": model.get("label") },
      make("b", { text: model.get("label") }), make("div", { class: "ck-line" }, button, make("span", { class: "ck-drop", text: texts.drop })), make("small", { text: limits }), input, bar, saying);
    root.append(zone);
    bar.hidden = true;
    let sending = null, next = null, lastN = 0;

    const say = (text, look) => { saying.textContent = text; saying.className = `ck-saying ck-${look}`; };
    /** What was sent is over; a file that was chosen before the answer has its turn. */
    function stop(text, look) {
      clearTimeout(sending?.timer);
      const file = next;
      sending = next = null;
      bar.hidden = true;
      say(text, look);
      if (file) begin(file);
    }
    function wait() {
      clearTimeout(sending.timer);
      sending.timer = setTimeout(() => stop(texts.lost, "bad"), model.get("ack_seconds") * 1000);
    }

    function take(files) {
      if (!files.length) return;
      if (files.length > 1) { say(texts.one, "bad"); return; }
      const [file] = files;
      if (file.size > limit) { say(fill(texts.too_large, { limit: model.get("limit_text") }), "bad"); return; }
      if (!file.size) { say(texts.empty, "bad"); return; }
      if (endings.length && !endings.some((ending) => file.name.toLowerCase().endsWith(ending))) { say(fill(texts.wrong_ending, { endings: endings.join(" ") }), "bad"); return; }
      // the last choice counts: it takes the place of what is on its way. What was sent whole is answered first: an app may have told that answer already
      if (sending?.whole) next = file;
      else begin(file);
    }

    function begin(file) {
      clearTimeout(sending?.timer);
      lastN = Math.max(lastN + 1, Date.now());
      sending = { n: lastN, file, whole: false };
      bar.hidden = false;
      progress(0);
      wait();
      model.send({ type: "begin", n: lastN, name: file.name, size: file.size });
    }

    function progress(at) {
      const percent = Math.floor((100 * at) / sending.file.size);
      bar.value = percent;
      say(fill(texts.sending, { name: sending.file.name, percent }), "soft");
    }

    async function sendPiece(at) {
      const { file, n } = sending;
      progress(at);
      wait();
      let data;
      try { data = await file.slice(at, at + model.get("piece")).arrayBuffer(); } catch { if (sending?.n === n) stop(texts.unreadable, "bad"); return; }
      if (sending?.n !== n) return;
      sending.whole = at + data.byteLength >= file.size;
      model.send({ type: "piece", n, at }, undefined, [data]);
    }

    events.on("msg:custom", (message) => {
      if (!sending || message?.n !== sending.n) return;
      if (message.type === "next") sendPiece(message.at);
      // reading may take longer than any piece: from here on the kernel has the file whole
      if (message.type === "reading") { clearTimeout(sending.timer); bar.removeAttribute("value"); say(fill(texts.reading, { name: sending.file.name }), "soft"); }
      if (message.type === "done" || message.type === "refused") stop(message.text, message.type === "done" ? "good" : "bad");
    });
    button.addEventListener("click", () => input.click());
    // emptied at once, so that the same file chosen again is an event again
    input.addEventListener("change", () => { take([...input.files]); input.value = ""; });
    zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("ck-over"); });
    zone.addEventListener("dragleave", () => zone.classList.remove("ck-over"));
    zone.addEventListener("drop", (event) => { event.preventDefault(); zone.classList.remove("ck-over"); take([...event.dataTransfer.files]); });
    return () => { clearTimeout(sending?.timer); events.stop(); };
  },
};
