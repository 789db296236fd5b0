// A page that nobody looks after: three touches to an answer, help, and a wipe when nobody is there.
(() => {
  const byId = (name) => document.getElementById(name);
  const idle = byId("idle"), count = byId("idle-count"), person = byId("person-panel"), leave = byId("leave");
  const idleMilliseconds = idle.dataset.idle * 1000, countdownMilliseconds = idle.dataset.countdown * 1000;
  const plainFetch = window.fetch;

  // Nothing leads away: no foreign link, no new window, no menu, no dragging.
  const OWN = /^\/(about|help)?$|^\/source\//;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a");
    if (!link) return;
    if (link.origin !== location.origin || !OWN.test(link.pathname)) event.preventDefault();
    link.removeAttribute("target");
  }, true);
  for (const name of ["contextmenu", "dragstart", "auxclick"]) addEventListener(name, (event) => event.preventDefault(), true);
  window.open = () => null;

  // The name that Gradio gave to this page, so that the server can forget it at once.
  let session = "";
  window.fetch = (input, options) => {
    try { session = JSON.parse(options.body).session_hash || session; } catch { /* no question */ }
    return plainFetch(input, options);
  };

  // The wipe: the server forgets, storage is emptied, and a fresh page takes the place of this one.
  let wiping = false;
  const emptyStorage = async () => {
    localStorage.clear();
    sessionStorage.clear();
    for (const name of await caches.keys()) await caches.delete(name);
    for (const base of await indexedDB.databases()) indexedDB.deleteDatabase(base.name);
  };
  const emptyPage = () => {
    for (const box of document.querySelectorAll("textarea, input")) box.value = "";
    document.body.replaceChildren();
  };
  const wipe = async () => {
    if (wiping) return;
    wiping = true;
    document.documentElement.classList.add("wiped");
    await emptyStorage().catch(() => {});
    try {
      await plainFetch("/kiosk/wipe", {
        method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ session }),
        signal: AbortSignal.timeout(3000),
      });
      location.replace("/");
    } catch { waitForServer(); }
  };
  // Without a server there is nothing to load: whom to call stays, everything else goes.
  const waitForServer = () => {
    const down = byId("down");
    emptyPage();
    if (down) { down.hidden = false; document.body.append(down); }
    document.documentElement.classList.remove("wiped");
    const again = async () => {
      try {
        if ((await plainFetch("/livez", { cache: "no-store" })).ok) { location.replace("/"); return; }
      } catch { /* still gone */ }
      setTimeout(again, 3000);
    };
    again();
  };
  addEventListener("pagehide", emptyPage);  // no copy of it is kept for the back button
  addEventListener("pageshow", (event) => { if (event.persisted) location.replace("/"); });

  // Idle: measured by the clock, so that a screen that slept is wiped when it wakes.
  const fresh = () => Boolean(byId("kiosk-start"));
  let touched = !fresh(), last = Date.now();
  const ask = () => { if (!idle.open) { person.close(); idle.showModal(); byId("stay").focus(); } };
  const stay = () => { last = Date.now(); idle.close(); };
  const touch = () => { touched = true; leave.hidden = false; if (!idle.open) last = Date.now(); };
  for (const name of ["pointerdown", "keydown", "wheel", "touchmove", "input"]) addEventListener(name, touch, { capture: true, passive: true });
  leave.hidden = !touched;
  const tick = () => {
    if (wiping || !touched) return;
    if (window.speechSynthesis?.speaking && !idle.open) last = Date.now();  // somebody listens
    const quiet = Date.now() - last;
    if (quiet >= idleMilliseconds + countdownMilliseconds) { wipe(); return; }
    if (quiet < idleMilliseconds) return;
    ask();
    count.textContent = Math.ceil((idleMilliseconds + countdownMilliseconds - quiet) / 1000);
  };
  setInterval(tick, 500);
  document.addEventListener("visibilitychange", tick);
  idle.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  byId("stay").addEventListener("click", stay);
  byId("idle-leave").addEventListener("click", wipe);
  leave.addEventListener("click", wipe);
  byId("find-person").addEventListener("click", () => person.showModal());

  // The start: a subject, a question, an answer.
  const start = byId("kiosk-start");
  if (!start) return;
  const subjects = byId("subjects");
  const show = (shown) => {
    for (const part of [subjects, ...start.querySelectorAll(".subject")]) part.hidden = part !== shown;
    shown.querySelector("h3").focus({ preventScroll: true });
    scrollTo(0, 0);
  };
  const nextFrame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const askFor = async (question) => {
    const box = document.querySelector("#question textarea");
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(box, question);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    await nextFrame();
    byId("send").click();
  };
  start.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("subject" in button.dataset) show(byId(`subject-${button.dataset.subject}`));
    else if ("back" in button.dataset) show(subjects);
    else if ("question" in button.dataset) askFor(button.textContent);
  });
  new MutationObserver(() => {
    const box = document.querySelector("#question textarea");
    if (box) box.autocomplete = "off";
    if (document.querySelector("#log .message")) start.hidden = true;
  }).observe(document.body, { childList: true, subtree: true });
})();
