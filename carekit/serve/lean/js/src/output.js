// The Output widget, and the forms of output that it can hold. What Python prints is text; an error is one sentence, never a traceback.
import { DOMWidgetModel, DOMWidgetView } from "@jupyter-widgets/base";

const MODULE = "@jupyter-widgets/output";
const VIEW_FORM = "application/vnd.jupyter.widget-view+json";
const IMAGES = ["image/png", "image/jpeg", "image/gif"];

const joined = (text) => (Array.isArray(text) ? text.join("") : text);

function element(tag, className, text) {
  const node = document.createElement(tag);
  node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

/** Draws one output (nbformat) as the last child of `host`. */
function drawOutput(manager, output, host) {
  if (output.output_type === "error") { host.append(element("p", "ckp-note", manager.words.failed)); return; }
  if (output.output_type === "stream") {
    // warnings are for the server's log
    if (output.name !== "stderr") host.append(element("pre", "ckl-text", joined(output.text)));
    return;
  }
  const data = output.data ?? {}, place = element("div", "ckl-output");
  host.append(place);
  const image = IMAGES.find((form) => data[form]);
  if (data[VIEW_FORM]) manager.display(data[VIEW_FORM].model_id, place).catch((error) => console.error(error));
  else if (data["text/html"]) place.innerHTML = joined(data["text/html"]);
  else if (data["image/svg+xml"]) place.innerHTML = joined(data["image/svg+xml"]);
  else if (image) place.append(Object.assign(new Image(), { src: `data:${image};base64,${joined(data[image]).trim()}`, alt: joined(data["text/plain"]) ?? "" }));
  else if (data["text/plain"]) place.append(element("pre", "ckl-text", joined(data["text/plain"])));
}

export class OutputModel extends DOMWidgetModel {
  defaults() {
    return { ...super.defaults(), _model_name: "OutputModel", _view_name: "OutputView", _model_module: MODULE, _view_module: MODULE, outputs: [], msg_id: "" };
  }

  initialize(attributes, options) {
    super.initialize(attributes, options);
    this.listenTo(this, "change:msg_id", this.follow);
    this.follow();
  }

  /** `with output:` in a callback: the kernel names the request whose outputs belong here. */
  follow() {
    const { hooks } = this.widget_manager.kernel;
    hooks.delete(this.followed);
    this.followed = this.get("msg_id");
    if (this.followed) hooks.set(this.followed, (message) => this.take(message));
  }

  take({ header: { msg_type: type }, content }) {
    if (type === "clear_output" && content.wait) { this.clearsFirst = true; return; }
    const outputs = type === "clear_output" || this.clearsFirst ? [] : this.get("outputs").slice();
    this.clearsFirst = false;
    const last = outputs[outputs.length - 1];
    if (type === "stream" && last?.output_type === "stream" && last.name === content.name) outputs[outputs.length - 1] = { ...last, text: joined(last.text) + content.text };
    else if (type !== "clear_output") outputs.push({ output_type: type, ...content });
    this.set("outputs", outputs);
    this.save_changes();
  }
}

export class OutputView extends DOMWidgetView {
  render() {
    super.render();
    this.listenTo(this.model, "change:outputs", this.draw);
    this.draw();
  }

  draw() {
    this.el.replaceChildren();
    for (const output of this.model.get("outputs")) drawOutput(this.model.widget_manager, output, this.el);
  }
}
