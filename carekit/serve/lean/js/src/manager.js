// The widgets of the page: made from the states that came with it; made equal to the kernel's again after a loss.
import * as base from "@jupyter-widgets/base";
import { CONTROL_COMM_PROTOCOL_VERSION, CONTROL_COMM_TARGET, ManagerBase } from "@jupyter-widgets/base-manager";
import * as messaging from "@lumino/messaging";
import * as luminoWidgets from "@lumino/widgets";
import * as elements from "./elements.js";
import { Comm } from "./kernel.js";
import * as output from "./output.js";
import * as usual from "./usual.js";

const { MessageLoop } = messaging, { Widget } = luminoWidgets;
/** Where the classes of widgets come from. Python knows the same names (carekit.serve.lean.states). */
const MODULES = { "@jupyter-widgets/base": base, "@jupyter-widgets/controls": usual, "@jupyter-widgets/output": output, carekit: elements };
/** Modules of which more classes come in a script of their own, and what that script takes from this one (build.mjs names the same). */
const MORE = ["@jupyter-widgets/controls", "anywidget"];
const LENT = { "@jupyter-widgets/base": base, "@lumino/messaging": messaging, "@lumino/widgets": luminoWidgets };
const TARGET = "jupyter.widget";
/** What anywidget would load anew when it is set, though nothing changed. */
const CODE = ["_esm", "_css"];
const isOwnAddress = (text) => typeof text === "string" && text.startsWith("/") && !text.includes("\n");

/** `onunknown()`: there is a widget that this page cannot draw. `more`: the address of the script with further classes. */
export class Manager extends ManagerBase {
  constructor(kernel, { words, more }) {
    super();
    Object.assign(this, { kernel, words, more, onunknown: () => {}, made: new Map(), flushing: false });
    kernel.oncommopen = (comm, message) => this.handle_comm_open(comm, message);
    kernel.onsay = (comm, data) => this.flush(comm.comm_id, data.method);
  }

  register_model(id, promise) {
    super.register_model(id, promise);
    promise.then((model) => {
      this.made.set(id, model);
      model.once("destroy", () => this.made.delete(id));
    }, () => {});
  }

  /**
   * A widget holds back its next change until the kernel has answered the last one. What another one says meanwhile (a button: save) is newer:
   * what is held back goes before it, so that the kernel hears everything in the order in which it was done. `id` says something by `method`.
   */
  flush(id, method) {
    if (this.flushing) return;
    this.flushing = true;
    for (const [one, model] of this.made) {
      if (!model._msg_buffer || (one === id && method === "update")) continue;
      const { _msg_buffer: state, _msg_buffer_callbacks: callbacks } = model;
      model._msg_buffer = model._msg_buffer_callbacks = null;
      model.rememberLastUpdateFor(model.send_sync_message(state, callbacks));
    }
    this.flushing = false;
  }

  async loadClass(className, moduleName) {
    const found = MODULES[moduleName]?.[className] ?? (MORE.includes(moduleName) ? (await this.loadMore())[moduleName][className] : undefined);
    if (found) return found;
    this.onunknown();
    throw new Error(`this page has no ${className} of ${moduleName}`);
  }

  /** The further classes by module; their script is loaded once. */
  loadMore() {
    this.loaded ??= new Promise((resolve, reject) => {
      Object.assign(globalThis, { carekitLent: LENT, carekitMore: resolve });
      document.head.append(Object.assign(document.createElement("script"), { src: this.more, onerror: () => reject(new Error("the script of further widgets did not come")) }));
    });
    return this.loaded;
  }

  async _create_comm(target, id, data, metadata, buffers) {
    const comm = new Comm(this.kernel, id ?? base.uuid(), target);
    if (data || metadata) comm.open(data, undefined, metadata, buffers);
    return comm;
  }

  async _get_comm_info() { return {}; }

  handle_comm_open(comm, message) {
    this.withoutCode(message.content.data.state);
    return super.handle_comm_open(comm, message);
  }

  /** Code of a stranger that is no file cannot run under this page's policy: the widget becomes an empty place, and the page says what helps. */
  withoutCode(state) {
    if (state?._model_module !== "anywidget" || /^https?:/.test(state._esm)) return;
    Object.assign(state, { _model_module: "@jupyter-widgets/base", _model_name: "DOMWidgetModel", _view_module: "@jupyter-widgets/base", _view_name: "DOMWidgetView" });
    this.onunknown();
  }

  /** Draws a model in place of what stands in `host`. */
  async display(id, host) {
    const model = await this.get_model(id);
    const view = await this.create_view(model);
    MessageLoop.sendMessage(view.luminoWidget, Widget.Msg.BeforeAttach);
    host.replaceChildren(view.luminoWidget.node);
    MessageLoop.sendMessage(view.luminoWidget, Widget.Msg.AfterAttach);
    return view;
  }

  /** Makes the models of `states` (nbformat's widget states by model id); their comms are taken to be open. */
  async restore(states) {
    const made = Object.entries(states).map(([id, { state, buffers, ...names }]) => {
      for (const name of CODE) if (isOwnAddress(state[name])) state[name] = new URL(state[name], location.href).href;
      this.withoutCode(state);
      if (buffers?.length) base.put_buffers(state, buffers.map(({ path }) => path), buffers.map(({ data }) => new DataView(Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0)).buffer)));
      const comm = new Comm(this.kernel, id, TARGET);
      const kind = { ...names, model_module: state._model_module, model_name: state._model_name };
      return this.new_model({ ...kind, model_id: id, comm }, state).catch((error) => console.error(error));
    });
    await Promise.all(made);
  }

  /** Asks the kernel for every state and takes what differs; what arrives later comes after it. */
  synchronize() {
    const control = new Comm(this.kernel, base.uuid(), CONTROL_COMM_TARGET);
    return new Promise((resolve, reject) => {
      // the kernel's line of messages waits for this, so that no later state is overwritten by an earlier one
      control.on_msg((message) => this.take(message).then(() => { control.close(); resolve(); }, reject));
      control.open({}, undefined, { version: CONTROL_COMM_PROTOCOL_VERSION });
      control.send({ method: "request_states" });
    });
  }

  async take(message) {
    const { states, buffer_paths: paths } = message.content.data;
    (paths ?? []).forEach(([id, ...path], i) => base.put_buffers(states[id].state, [path], [message.buffers[i]]));
    const known = Object.entries(states).filter(([id]) => this.has_model(id));
    const fresh = Object.entries(states).filter(([id]) => !this.has_model(id));
    for (const [id, { state }] of known) await this.update(id, state).catch((error) => console.error(error));
    await this.restore(Object.fromEntries(fresh));
  }

  async update(id, state) {
    const model = await this.get_model(id);
    for (const name of CODE) delete state[name];
    const fresh = await model.constructor._deserialize_state(state, this);
    // changed here, with the kernel's answer, or even the sending, still to come: looked up last, because a person goes on meanwhile
    for (const name of [...(model._expectedEchoMsgIds?.keys() ?? []), ...Object.keys(model._msg_buffer ?? {})]) delete fresh[name];
    model.set_state(fresh);
  }
}
