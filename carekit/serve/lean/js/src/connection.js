// The websocket to the kernel: opened again when it was lost, for as long as the kernel is there.
import { socketTo } from "./line.js";

const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 10000;
const ANSWER_MS = 5000;
/** WebSocket close code with which the server ends the pages of a login (carekit.serve.sockets). */
const LOGIN_ENDED = 1008;

/** What a connection can be. AWAY comes back by itself; GONE (no such kernel) and OUT (login ended) are final. */
export const State = Object.freeze({ OPENING: "opening", OPEN: "open", AWAY: "away", GONE: "gone", OUT: "out" });

/** `onbytes(ArrayBuffer)` is called for each message, `onstate(state)` for each change; what is sent while away waits in a queue. */
export class Connection {
  constructor({ baseUrl, kernelId, session }) {
    Object.assign(this, { config: { baseUrl, kernelId }, session });
    this.aliveAddress = `${baseUrl}carekit/alive/${kernelId}`;
    this.state = State.OPENING;
    this.queue = [];
    this.tries = 0;
    this.timer = null;
    this.onbytes = this.onstate = () => {};
    // what a phone does after sleep: do not wait for the end of the pause
    addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.hurry(); });
  }

  get final() { return this.state === State.GONE || this.state === State.OUT; }

  open() {
    clearTimeout(this.timer);
    this.use(socketTo(this.config, this.session));
  }

  /** Takes the socket that was opened first, wherever it is by now, and what was `said` on it. */
  begin({ socket, said }) {
    this.use(socket);
    for (const bytes of said.splice(0)) this.onbytes(bytes);
    if (socket.readyState === WebSocket.OPEN) this.opened();
    else if (socket.readyState !== WebSocket.CONNECTING) this.closed();
  }

  use(socket) {
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = ({ data }) => this.onbytes(data);
    socket.onclose = ({ code }) => { if (this.socket === socket) this.closed(code); };
  }

  opened() {
    this.tries = 0;
    // what waits goes first: an answer to anything that is asked from now on is then newer than all of it
    for (const bytes of this.queue.splice(0)) this.socket.send(bytes);
    this.become(State.OPEN);
  }

  async closed(code) {
    if (this.final) return;
    if (code === LOGIN_ENDED) { this.end(State.OUT); return; }
    this.become(State.AWAY);
    await this.look();
    this.again();
  }

  /** Opens the socket anew after a pause that grows with each try in vain; visitors who lost it together do not come back together. */
  again() {
    if (this.final) return;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.tries++) * (0.75 + Math.random() / 2);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), pause);
  }

  hurry() {
    if (this.state === State.AWAY) { this.tries = 0; this.look().then(() => this.again()); } else if (this.state === State.OPEN) this.look();
  }

  /** Asks the server about the kernel. GONE and OUT become the state of the connection; OPEN means that the kernel is there. */
  async look() {
    const found = await this.ask();
    if (found === State.GONE || found === State.OUT) this.end(found);
    return found;
  }

  async ask() {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), ANSWER_MS);
    try {
      const answer = await fetch(this.aliveAddress, { cache: "no-store", credentials: "same-origin", redirect: "manual", signal: stop.signal });
      if (answer.ok) return State.OPEN;
      if (answer.status === 404 || answer.status === 410) return State.GONE;
      // a redirect leads to the login page
      if (answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect") return State.OUT;
    } catch { /* the server does not answer: it may be back soon */ } finally { clearTimeout(timer); }
    return State.AWAY;
  }

  /** No more tries. */
  end(state) {
    if (this.final) return;
    clearTimeout(this.timer);
    this.queue = [];
    this.become(state);
    this.socket?.close();
  }

  /** Sends bytes now, or as soon as the connection is there. */
  send(bytes) {
    if (this.state === State.OPEN && this.socket.readyState === WebSocket.OPEN) this.socket.send(bytes);
    else if (!this.final) this.queue.push(bytes);
  }

  become(state) {
    if (this.state === state || this.final) return;
    this.state = state;
    this.onstate(state);
  }
}
