// The page comes in pieces: its head at once, what is needed to reach the kernel as soon as there is one, then outputs and states.
import { uuid } from "@jupyter-widgets/base";
import { Connection, State } from "./connection.js";
import { Kernel } from "./kernel.js";
import { Manager } from "./manager.js";
import { Page } from "./page.js";

const root = document.documentElement;
/** Notes in the browser's own timeline, and in the page, how far it has come. */
const reached = (stage) => { performance.mark(`carekit-${stage}`); root.dataset.page = stage; };
const page = new Page();
let begun = null;

/** The JSON in a block of the page; null while it is not there whole. */
function block(id) {
  try { return JSON.parse(document.getElementById(id)?.textContent ?? "null"); } catch { return null; }
}

/** Opens the socket as soon as the kernel is known. */
function begin() {
  const config = begun ? null : block("jupyter-config-data");
  if (!config) return;
  const session = uuid();
  const connection = new Connection({ ...config, session });
  const kernel = new Kernel(connection, session);
  const manager = new Manager(kernel, config.words);
  begun = { config, connection, kernel, manager };
  page.begin(config);
  const toStock = () => page.finish(config.words.stock, { again: () => location.replace(config.stock) });
  manager.onunknown = toStock;
  kernel.onerror = () => page.say(config.words.failed);
  connection.onstate = (state) => page.follow(state);
  connection.open();
  reached("begun");
}

/** Resolves when the connection is open. */
const opened = ({ connection }) => new Promise((resolve) => {
  if (connection.state === State.OPEN) { resolve(); return; }
  const before = connection.onstate;
  connection.onstate = (state) => { before(state); if (state === State.OPEN) { connection.onstate = before; resolve(); } };
});

/** After each later loss: takes the states anew, and says so when something that was sent may not have come through. */
function comeBack({ connection, kernel, manager, config }) {
  let lostAt = null;
  connection.onstate = (state) => {
    page.follow(state);
    if (state === State.AWAY) lostAt ??= Date.now();
    if (state !== State.OPEN || lostAt === null) return;
    const before = lostAt;
    lostAt = null;
    manager.synchronize().then(() => { if (kernel.settle(before)) page.say(config.words.unsure); }).catch((error) => console.error(error));
  };
}

/** Draws every widget in its place. */
async function draw({ manager, config }) {
  const places = [...document.querySelectorAll("[data-model]")];
  const drawn = places.map(async (place) => {
    try {
      await manager.display(place.dataset.model, place);
    } catch (error) {
      console.error(error);
      place.textContent = config.words.failed;
    }
    place.removeAttribute("inert");
  });
  await Promise.all(drawn);
}

/** Everything is there: makes the widgets, shows them, and makes sure that nothing was missed meanwhile. */
async function finish() {
  begin();
  const stock = block("ck-stock");
  if (stock) { location.replace(stock.address); return; }
  const states = block("ck-states");
  if (!begun) return;
  // a page that broke off has no states
  if (!states) { page.finish(begun.config.words.lost); return; }
  reached("whole");
  await begun.manager.restore(states);
  reached("made");
  // asked before drawing, which keeps the browser busy while the kernel answers
  const live = opened(begun).then(() => { performance.mark("carekit-open"); return begun.manager.synchronize(); });
  await draw(begun);
  reached("drawn");
  await live;
  comeBack(begun);
  reached("live");
}

const watch = new MutationObserver(begin);
watch.observe(root, { childList: true, subtree: true });
begin();
const whole = () => { watch.disconnect(); finish().catch((error) => console.error(error)); };
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", whole); else whole();
