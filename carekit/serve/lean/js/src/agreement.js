// Page and kernel agree on every widget: from the first, because the page's line begins where its states end, and again after each loss.
import { State } from "./connection.js";

/**
 * `follow(state)` is told what becomes of the connection, `begin()` that the widgets are made. What a person does before is in the connection's
 * queue, and goes first. `onagreed()`: both are equal. `onunsure()`: they are equal again, but something that was sent may not have come through.
 */
export class Agreement {
  constructor({ connection, kernel, manager, onagreed, onunsure }) {
    Object.assign(this, { connection, kernel, manager, onagreed, onunsure });
    this.lostAt = null;
    this.met = this.begun = this.missed = false;
    this.round = 0;
  }

  begin() {
    this.begun = true;
    this.meet();
  }

  follow(state) {
    if (state === State.AWAY) {
      this.missed = true;
      if (this.met) this.lostAt = Date.now();
    }
    if (state !== State.OPEN) return;
    this.met = true;
    this.meet();
  }

  meet() {
    if (!this.begun || this.connection.state !== State.OPEN) return;
    if (this.missed) this.agree(); else this.onagreed();
  }

  /** A question that is lost with the connection has no answer: the next opening asks anew, and the last question counts. */
  agree() {
    const round = ++this.round, before = this.lostAt;
    this.manager.synchronize().then(() => {
      if (round !== this.round) return;
      this.lostAt = null;
      this.missed = false;
      this.onagreed();
      if (before !== null && this.kernel.settle(before)) this.onunsure();
    }).catch((error) => console.error(error));
  }
}
