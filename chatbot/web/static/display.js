// Text size, contrast and script. Nothing is kept unless the person ticks it; on a kiosk never.
(() => {
  const KEY = "bone-health-display";
  const root = document.documentElement;
  const words = window.boneHealth;
  const byId = (name) => document.getElementById(name);
  const said = byId("display-said"), remember = byId("remember");
  const sizes = [...document.querySelectorAll("[name=size]")], contrast = byId("contrast"), simplified = byId("simplified");
  const mayKeep = Boolean(remember) && root.dataset.device !== "kiosk";
  if (!mayKeep) byId("remember-label")?.remove();

  const keep = () => {
    if (!mayKeep) return;
    try {
      if (remember.checked) localStorage.setItem(KEY, JSON.stringify({ size: root.dataset.size ?? "m", contrast: root.dataset.contrast ?? "", script: words.script }));
      else localStorage.removeItem(KEY);
    } catch { remember.checked = false; }
  };
  try { if (mayKeep) remember.checked = localStorage.getItem(KEY) !== null; else localStorage.removeItem(KEY); } catch { /* no storage */ }
  remember?.addEventListener("change", () => {
    keep();
    said.textContent = words.say(remember.checked ? "display.remembered" : "display.forgotten");
  });

  // What is being read stays below the bar when the letters grow.
  const edge = () => Math.max(0, document.querySelector(".bar").getBoundingClientRect().bottom);
  const inPlace = (change) => {
    const top = edge();
    const read = [...document.querySelectorAll("#log :is(p, h4, h5, h6, li)")].find((part) => part.getBoundingClientRect().bottom > top);
    const before = read?.getBoundingClientRect().top - top;
    root.style.overflowAnchor = "none";  // else the browser does the same once more
    change();
    if (read) scrollBy({ top: read.getBoundingClientRect().top - edge() - before, behavior: "instant" });
    setTimeout(() => { root.style.overflowAnchor = ""; }, 100);
  };
  for (const size of sizes) {
    size.checked = size.value === (root.dataset.size ?? "m");
    size.addEventListener("change", () => { inPlace(() => { root.dataset.size = size.value; }); keep(); });
  }
  contrast.checked = root.dataset.contrast === "high";
  contrast.addEventListener("change", () => { root.dataset.contrast = contrast.checked ? "high" : "standard"; keep(); });

  // The script: our own words change here, the conversation on the server.
  const switchTo = (script) => {
    words.speak(script);
    byId(script === "zh-Hans" ? "show-simplified" : "show-traditional")?.click();
    keep();
  };
  simplified.checked = words.script === "zh-Hans";
  simplified.addEventListener("change", () => switchTo(simplified.checked ? "zh-Hans" : "zh-Hant"));
  if (simplified.checked) {
    words.speak("zh-Hans");
    const wait = new MutationObserver(() => {
      if (!byId("show-simplified") || !document.querySelector("#question textarea")) return;
      wait.disconnect();
      setTimeout(() => byId("show-simplified").click(), 50);
    });
    wait.observe(document.body, { childList: true, subtree: true });
  }

  // On a narrow screen the choices are folded away as soon as there is a conversation.
  const fold = byId("show-display");
  fold.addEventListener("click", () => {
    const isOpen = document.body.classList.toggle("display-open");
    fold.setAttribute("aria-expanded", String(isOpen));
  });
})();
