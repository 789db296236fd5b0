// Before Gradio loads: its own texts in Chinese, and never the dark theme of the system.
(() => {
  Object.defineProperty(navigator, "language", { get: () => "zh-TW" });
  Object.defineProperty(navigator, "languages", { get: () => ["zh-TW"] });
  const url = new URL(location.href);
  if (url.searchParams.get("__theme") !== "light") {
    url.searchParams.set("__theme", "light");
    history.replaceState(null, "", url);
  }
})();
