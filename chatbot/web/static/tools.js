// What can be done with a reply: links in it that are taken as buttons.
(() => {
  const words = window.boneHealth;
  const speech = window.speechSynthesis;
  const LOCAL = /^(zh[-_](TW|Hant.*)|cmn[-_].*TW)$/i;  // never a voice that sends the text away
  const [opening, closing] = ["\u300c", "\u300d"];
  const text = (node) => node.innerText.replace(/\s+/g, " ").trim();

  // A line at the foot of the screen says what happened, until the next touch or key.
  const said = document.getElementById("said");
  const tell = (name) => { said.textContent = ""; setTimeout(() => { said.textContent = words.say(name); }, 50); };
  for (const name of ["click", "keydown"]) addEventListener(name, () => { said.textContent = ""; }, true);

  // Copy: each quotation with its place, as it stands there.
  const cited = (quote) => {
    const [quoted, foot] = [quote.querySelector("p"), quote.querySelector('p:has(a[href^="/source/"])')];
    const where = text(foot).replace(/^\[\d+\]\s*/, "");
    return `${opening}${text(quoted)}${closing}\n${words.say("tools.cite").replace("@where@", where)}`;
  };
  const intoClipboard = async (what) => {
    try { await navigator.clipboard.writeText(what); return true; } catch { /* not on this address */ }
    const box = document.createElement("textarea");
    box.value = what;
    box.style.position = "fixed";
    const before = document.activeElement;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    before?.focus();
    return done;
  };
  const copy = async (_, message) => {
    const quotes = [...message.querySelectorAll("blockquote")].map(cited);
    tell((await intoClipboard(quotes.join("\n\n"))) ? "tools.copied" : "tools.not_copied");
  };

  // Read aloud: only a voice that lives on this device.
  const voice = () => speech?.getVoices().find((v) => v.localService && LOCAL.test(v.lang));
  let speaking = null;
  const quiet = () => {
    if (speaking) speaking.textContent = words.say("tools.read");
    speaking = null;
  };
  const aloud = (message) => {
    const parts = [...message.querySelectorAll(":is(h4, h5, h6, p, li)")];
    return parts.filter((p) => !p.querySelector('a[href^="#"]')).map(text).filter(Boolean);
  };
  const read = (link, message) => {
    const own = speaking === link;
    speech?.cancel();
    quiet();
    if (own) return;
    const found = voice();
    link.toggleAttribute("data-missing", !found);
    if (!found) { tell("tools.no_voice"); return; }
    const sentences = aloud(message);
    sentences.forEach((sentence, index) => {
      const said = new SpeechSynthesisUtterance(sentence);
      said.voice = found;
      said.lang = found.lang;
      said.rate = 0.9;
      if (index === sentences.length - 1) said.onend = quiet;
      speech.speak(said);
    });
    speaking = link;
    link.textContent = words.say("tools.stop");
  };
  addEventListener("pagehide", () => speech?.cancel());

  // What is folded away behind a notice.
  const unfold = (link, message) => {
    const isOpen = message.toggleAttribute("data-open");
    link.setAttribute("aria-expanded", String(isOpen));
  };

  const DOES = { "#copy": copy, "#print": () => print(), "#read": read, "#unfold": unfold };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('#log a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    DOES[link.getAttribute("href")]?.(link, link.closest(".message"));
  }, true);
  document.addEventListener("keydown", (event) => {  // a button is pressed by the space bar too
    if (event.key !== " " || !event.target.matches?.('#log a[role="button"]')) return;
    event.preventDefault();
    event.target.click();
  });
  const asButtons = () => {
    for (const link of document.querySelectorAll('#log a[href^="#"]:not([role])')) {
      link.setAttribute("role", "button");
      link.removeAttribute("target");
      link.closest("p").classList.add("tools");
      if (link.hash === "#unfold") link.setAttribute("aria-expanded", "false");
      if (link.hash === "#read" && !voice()) link.toggleAttribute("data-missing", true);
    }
  };
  new MutationObserver(asButtons).observe(document.body, { childList: true, subtree: true });
  speech?.addEventListener?.("voiceschanged", () => {
    for (const link of document.querySelectorAll('#log a[href="#read"]')) link.toggleAttribute("data-missing", !voice());
  });

  // On paper: the day, which nobody needs on the screen.
  addEventListener("beforeprint", () => {
    const day = new Date().toLocaleDateString(words.tag, { year: "numeric", month: "long", day: "numeric" });
    document.getElementById("printed").textContent = words.say("tools.printed").replace("@day@", day);
  });
})();
