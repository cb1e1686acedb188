// The page comes in pieces: its head at once, what is needed to reach the kernel as soon as there is one, then outputs and states.
import { Agreement } from "./agreement.js";
import { Connection, State } from "./connection.js";
import { Kernel } from "./kernel.js";
import { newLine } from "./line.js";
import { Manager } from "./manager.js";
import { Page } from "./page.js";

const root = document.documentElement;
/** Notes in the browser's own timeline, and in the page, how far it has come. */
const reached = (stage) => { performance.mark(`carekit-${stage}`); root.dataset.page = stage; };
const page = new Page();
let begun = null;
const done = { drawn: false, agreed: false };
/** Alive is a page that is drawn and equal to the kernel, whichever comes first. */
function complete(part) {
  const before = done.drawn && done.agreed;
  done[part] = true;
  if (!before && done.drawn && done.agreed) reached("live");
}

/** The JSON in a block of the page; null while it is not there whole. */
function block(id) {
  try { return JSON.parse(document.getElementById(id)?.textContent ?? "null"); } catch { return null; }
}

/** Takes the line to the kernel as soon as the kernel is known. */
function begin() {
  const config = begun ? null : block("jupyter-config-data");
  // the script behind it, which opens the line, may not have come yet
  if (!config || !(globalThis.carekitLine || document.readyState !== "loading")) return;
  const line = globalThis.carekitLine ?? newLine(config);
  const connection = new Connection({ ...config, session: line.session });
  const kernel = new Kernel(connection, line.session);
  const manager = new Manager(kernel, config);
  const agreement = new Agreement({ connection, kernel, manager, onagreed: () => complete("agreed"), onunsure: () => page.say(config.words.unsure) });
  begun = { config, kernel, manager, agreement };
  page.begin(config);
  const toStock = () => page.finish(config.words.stock, { again: () => location.replace(config.stock) });
  manager.onunknown = toStock;
  kernel.onerror = () => page.say(config.words.failed);
  connection.onstate = (state) => {
    if (state === State.OPEN) performance.mark("carekit-open");
    page.follow(state);
    agreement.follow(state);
  };
  connection.begin(line);
  reached("begun");
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
  begun.kernel.release();
  begun.agreement.begin();
  await draw(begun);
  reached("drawn");
  complete("drawn");
}

const watch = new MutationObserver(begin);
watch.observe(root, { childList: true, subtree: true });
begin();
const whole = () => { watch.disconnect(); finish().catch((error) => console.error(error)); };
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", whole); else whole();
