// What a page does beside its widgets: print, say whether the kernel is there, end it when the page is left.
import { State } from "./connection.js";

/** A short break is not worth a word. */
const QUIET_MS = 1500;
const find = (id) => document.getElementById(id);

export class Page {
  constructor() {
    this.timer = null;
    this.final = false;
    this.again = () => location.reload();
    find("ckp-print")?.addEventListener("click", () => print());
    find("ckp-again")?.addEventListener("click", () => this.again());
    // back and forward bring back a page whose kernel was ended when it was left
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  /** Takes the words of the page, and what is needed to end the kernel `config.kernelId`. */
  begin(config) {
    this.config = config;
    addEventListener("pagehide", () => {
      const form = new FormData();
      form.append("_xsrf", config.xsrf);
      navigator.sendBeacon(`${config.baseUrl}voila/api/shutdown/${config.kernelId}`, form);
    });
  }

  /** Shows the banner with a sentence, and what can be pressed: to open the page anew, or the way to the login. */
  say(text, { button = false, login = false } = {}) {
    if (this.final) return;
    clearTimeout(this.timer);
    find("ckp-lost-text").textContent = text;
    find("ckp-again").hidden = !button;
    find("ckp-to-login").hidden = !login;
    find("ckp-lost").hidden = false;
  }

  hush() {
    clearTimeout(this.timer);
    if (!this.final) find("ckp-lost").hidden = true;
  }

  /** Follows the connection. */
  follow(state) {
    const { words } = this.config;
    document.documentElement.dataset.connection = state;
    clearTimeout(this.timer);
    if (state === State.OPEN) this.hush();
    else if (state === State.AWAY) this.timer = setTimeout(() => this.say(words.reconnecting), QUIET_MS);
    else if (state === State.GONE) this.finish(words.lost);
    else if (state === State.OUT) this.finish(words.login_again, { login: true });
  }

  /** Says the last word: what was typed stays in sight, and the button opens the page anew (or does `again`). */
  finish(text, { again, login } = {}) {
    if (again) this.again = again;
    this.say(text, { button: true, login });
    this.final = true;
  }
}
