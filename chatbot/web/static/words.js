// The page's sentences in both scripts, as the server sent them; the page speaks one of them.
(() => {
  const root = document.documentElement;
  const all = JSON.parse(document.getElementById("words").textContent);
  const TAGS = { "zh-Hant": "zh-Hant-TW", "zh-Hans": "zh-Hans-CN" };
  const words = window.boneHealth = {
    get script() { return root.dataset.script in TAGS ? root.dataset.script : "zh-Hant"; },
    get tag() { return TAGS[words.script]; },
    say: (name) => all[words.script][name],
    speak(script) {
      root.dataset.script = script;
      root.lang = words.tag;
      document.title = words.say("page.title");
      for (const part of document.querySelectorAll("[data-say]")) part.textContent = words.say(part.dataset.say);
      document.dispatchEvent(new CustomEvent("spoken"));
    },
  };
  // Gradio sets the language of its own texts; the page's is ours.
  new MutationObserver(() => { if (root.lang !== words.tag) root.lang = words.tag; }).observe(root, { attributes: true, attributeFilter: ["lang"] });
  root.lang = words.tag;
})();
