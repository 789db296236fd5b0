// Before Gradio loads: its own texts in Chinese, never the dark theme of the system, and how this
// person reads: as the page was shown that they come from, else as they had it kept.
(() => {
  Object.defineProperty(navigator, "language", { get: () => "zh-TW" });
  Object.defineProperty(navigator, "languages", { get: () => ["zh-TW"] });
  const root = document.documentElement;
  const url = new URL(location.href);
  let kept = {};
  try {
    if (root.dataset.device !== "kiosk") kept = JSON.parse(localStorage.getItem("bone-health-display")) ?? {};
  } catch { /* nothing was kept, or nothing may be */ }
  const shown = (name) => url.searchParams.get(name) ?? kept[name];
  if (["m", "l", "xl"].includes(shown("size"))) root.dataset.size = shown("size");
  if (shown("contrast") === "high") root.dataset.contrast = "high";
  if (url.pathname !== "/") return;
  if (shown("script") === "zh-Hans") root.dataset.script = "zh-Hans";
  for (const name of ["size", "contrast", "script"]) url.searchParams.delete(name);
  url.searchParams.set("__theme", "light");
  if (url.href !== location.href) history.replaceState(null, "", url);
})();
