// What widgets need of a kernel: comms. Messages of comms go out on the shell channel; what the kernel says about them comes on iopub.
import { uuid } from "@jupyter-widgets/base";
import { State } from "./connection.js";
import { pack, unpack } from "./wire.js";

const OUTPUTS = new Set(["display_data", "execute_result", "stream", "error", "clear_output", "update_display_data"]);
const UNANSWERED_MS = 4000;
const WATCH_MS = 2000;

/** One line to a widget's Python half, as `@jupyter-widgets/base` wants it. */
export class Comm {
  constructor(kernel, id, target) {
    Object.assign(this, { kernel, comm_id: id, target_name: target });
    this.onmsg = this.onclose = () => {};
    kernel.comms.set(id, this);
  }
  open(data, callbacks, metadata, buffers) {
    return this.kernel.send("comm_open", { comm_id: this.comm_id, target_name: this.target_name, data: data ?? {} }, callbacks, metadata, buffers);
  }
  send(data, callbacks, metadata, buffers) {
    this.kernel.onsay(this, data);
    return this.kernel.send("comm_msg", { comm_id: this.comm_id, data }, callbacks, metadata, buffers);
  }
  close(data, callbacks, metadata, buffers) {
    this.kernel.comms.delete(this.comm_id);
    return this.kernel.send("comm_close", { comm_id: this.comm_id, data: data ?? {} }, callbacks, metadata, buffers);
  }
  on_msg(call) { this.onmsg = call; }
  on_close(call) { this.onclose = call; }
}

/**
 * `oncommopen(comm, message)`: the kernel made a widget. `onerror()`: a callback failed there. `onsay(comm, data)`: a widget is about to say something.
 * `hooks`: by message id, who takes the outputs that a message causes (Output widgets).
 * What it says waits until `release` is called: the widgets must be there first.
 */
export class Kernel {
  constructor(connection, session) {
    Object.assign(this, { connection, session, comms: new Map(), requests: new Map(), hooks: new Map() });
    this.oncommopen = this.onerror = this.onsay = () => {};
    this.line = new Promise((resolve) => { this.release = resolve; });
    connection.onbytes = (bytes) => this.received(unpack(bytes));
    setInterval(() => this.watch(), WATCH_MS);
  }

  send(type, content, callbacks, metadata, buffers) {
    const id = uuid();
    const header = { msg_id: id, msg_type: type, username: "", session: this.session, date: new Date().toISOString(), version: "5.4" };
    this.requests.set(id, { callbacks, at: Date.now(), heard: false });
    this.connection.send(pack({ channel: "shell", header, parent_header: {}, metadata: metadata ?? {}, content, buffers: buffers ?? [] }));
    return id;
  }

  /** Messages are handled one after another: a state must be set before the next one is. */
  received(message) {
    this.line = this.line.then(() => this.handle(message)).catch((error) => console.error(error));
  }

  async handle(message) {
    const { content, header: { msg_type: type }, parent_header: { msg_id: cause } } = message;
    const request = this.requests.get(cause);
    if (type === "status") this.heardStatus(message, cause, request);
    else if (type === "comm_msg") await this.comms.get(content.comm_id)?.onmsg(message);
    else if (type === "comm_open") await this.opened(message);
    else if (type === "comm_close") await this.closed(message);
    else if (OUTPUTS.has(type)) this.heardOutput(message, type, cause, request);
  }

  heardStatus(message, cause, request) {
    const state = message.content.execution_state;
    if (state === "dead" || state === "restarting") { this.connection.end(State.GONE); return; }
    if (!request) return;
    request.heard = true;
    request.callbacks?.iopub?.status?.(message);
    if (state === "idle") this.requests.delete(cause);
  }

  heardOutput(message, type, cause, request) {
    const hook = this.hooks.get(cause);
    if (hook) hook(message);
    else if (type === "clear_output") request?.callbacks?.iopub?.clear_output?.(message);
    else request?.callbacks?.iopub?.output?.(message);
    if (!hook && type === "error" && request) this.onerror();
  }

  async opened(message) {
    const { comm_id: id, target_name: target } = message.content;
    if (!this.comms.has(id)) await this.oncommopen(new Comm(this, id, target), message);
  }

  async closed(message) {
    const comm = this.comms.get(message.content.comm_id);
    this.comms.delete(message.content.comm_id);
    await comm?.onclose(message);
  }

  /** A kernel that died may say nothing: ask the server while it owes an answer. Never without a cause, for each question keeps the login awake. */
  watch() {
    if (this.connection.state !== State.OPEN) return;
    const late = Date.now() - UNANSWERED_MS;
    if ([...this.requests.values()].some((request) => !request.heard && request.at < late)) this.connection.look();
  }

  /**
   * After a lost connection, once the kernel has answered something newer: requests from before, of which nothing was heard, never came through.
   * Their callers are told that they are over, because a widget sends its next change only then. Says whether there were any.
   */
  settle(before) {
    let lost = false;
    for (const [id, request] of this.requests) {
      if (request.at >= before) continue;
      this.requests.delete(id);
      lost ||= !request.heard;
      request.callbacks?.iopub?.status?.({ header: {}, parent_header: { msg_id: id }, content: { execution_state: "idle" } });
    }
    return lost;
  }
}
