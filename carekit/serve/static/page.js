// What every page does: print, and say so when the server or the kernel behind the page is gone.
const lost = document.getElementById("ckp-lost");
document.getElementById("ckp-print")?.addEventListener("click", () => window.print());
document.getElementById("ckp-again")?.addEventListener("click", () => location.reload());

// a telephone shows its keys and hides what they typed: whoever is alone may look at it
for (const box of document.querySelectorAll("[data-shows]")) {
  const show = (seen) => { for (const field of box.form.querySelectorAll(box.dataset.shows)) field.type = seen ? "text" : "password"; };
  box.closest("label").hidden = false;
  box.addEventListener("change", () => show(box.checked));
  // browsers offer to keep what was typed in fields of passwords, and keep no other text in their history of forms
  box.form.addEventListener("submit", () => show(false));
}

const EVERY_MS = 4000;
const alive = document.body.dataset.alive;
const config = document.getElementById("jupyter-config-data");
if (alive && config) {
  const address = alive + JSON.parse(config.textContent).kernelId;
  let missed = 0;
  const look = async () => {
    let here = false;
    try {
      here = (await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(EVERY_MS) })).ok;
    } catch {
      here = false;
    }
    // one answer may be late while the machine is busy
    missed = here ? 0 : missed + 1;
    lost.hidden = missed < 2;
  };
  setInterval(look, EVERY_MS);
  document.addEventListener("visibilitychange", () => document.hidden || look());
  let leaving = false;
  addEventListener("pagehide", () => { leaving = true; });
  // back and forward bring back a page whose kernel was ended when it was left
  addEventListener("pageshow", (event) => { if (event.persisted && leaving) location.reload(); });
}
