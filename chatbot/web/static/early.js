// Before Gradio loads: its own texts in Chinese, never the dark theme of the system, and how this
// person reads, where they had it kept.
(() => {
  Object.defineProperty(navigator, "language", { get: () => "zh-TW" });
  Object.defineProperty(navigator, "languages", { get: () => ["zh-TW"] });
  const url = new URL(location.href);
  if (url.pathname === "/" && url.searchParams.get("__theme") !== "light") {
    url.searchParams.set("__theme", "light");
    history.replaceState(null, "", url);
  }
  try {
    const root = document.documentElement;
    if (root.dataset.device === "kiosk") return;
    const kept = JSON.parse(localStorage.getItem("bone-health-display")) ?? {};
    if (["m", "l", "xl"].includes(kept.size)) root.dataset.size = kept.size;
    if (kept.contrast === "high") root.dataset.contrast = "high";
    if (kept.script === "zh-Hans") root.dataset.script = "zh-Hans";
  } catch { /* nothing was kept, or nothing may be */ }
})();
