// The source panel: a link to /source/… opens beside the conversation; without script it is a page.
(() => {
  const words = window.boneHealth;
  const byId = (name) => document.getElementById(name);
  const dialog = byId("source"), head = byId("source-head"), body = byId("source-body"), turn = byId("source-turn"), flag = byId("flag"), flagSaid = byId("flag-said");
  const WIDE = matchMedia("(min-width: 68em)");
  let opener = null, shown = "", address = null, asked = 0;

  const open = () => {
    if (dialog.open) return;
    // Where there is room it stands beside the conversation, which can still be used.
    if (WIDE.matches && document.documentElement.dataset.device !== "kiosk") dialog.show();
    else dialog.showModal();
    document.body.classList.add("with-source");
  };
  const show = async (path) => {
    const mine = ++asked;
    address = new URL(path, location.href);
    address.searchParams.delete("script");
    if (words.script === "zh-Hans") address.searchParams.set("script", "zh-Hans");
    let page = null;
    try {
      const response = await fetch(address);
      if (!response.ok) throw new Error(String(response.status));
      page = new DOMParser().parseFromString(await response.text(), "text/html");
    } catch { /* told below */ }
    if (mine !== asked) return;
    for (const part of [head, body, turn]) part.replaceChildren();
    flagSaid.textContent = "";
    shown = page?.getElementById("passages").dataset.cited ?? "";
    flag.hidden = !shown;
    if (page) {
      body.append(document.importNode(page.getElementById("passages"), true));
      head.append(byId("source-title"));  // stays in sight while the passages scroll
      turn.append(document.importNode(page.getElementById("turn-page"), true));
    } else {
      const missing = document.createElement("p");
      missing.id = "source-title";
      missing.textContent = words.say("page.source_missing");
      body.append(missing);
    }
    open();
    for (const link of document.querySelectorAll('#log a[href^="/source/"]'))
      link.toggleAttribute("data-open", link.pathname === address.pathname);
    const cited = byId("cited");
    cited?.focus({ preventScroll: true });
    const isLong = cited?.offsetHeight > body.clientHeight * 0.8;  // never past its beginning
    cited?.scrollIntoView({ block: isLong ? "start" : "center", behavior: "instant" });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a");
    if (!link || link.origin !== location.origin || !link.pathname.startsWith("/source/") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (!dialog.contains(link)) opener = link;
    show(link.getAttribute("href"));
  }, true);

  const close = () => dialog.close();
  dialog.querySelector(".close").addEventListener("click", close);
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !dialog.open || dialog.matches(":modal") || document.querySelector("dialog:modal")) return;
    event.preventDefault();
    close();
  });
  dialog.addEventListener("close", () => {
    asked++;
    for (const part of [head, body, turn]) part.replaceChildren();
    document.body.classList.remove("with-source");
    for (const link of document.querySelectorAll("#log a[data-open]")) link.removeAttribute("data-open");
    if (opener?.isConnected) opener.focus();
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog && dialog.matches(":modal")) close(); });
  document.addEventListener("spoken", () => { if (dialog.open && shown) show(address); });

  // "This quotation is wrong": the passage's name goes to the server, nothing else.
  flag.addEventListener("click", async () => {
    let name = "passage.not_flagged";
    try {
      const response = await fetch("/flag", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ passage: shown }) });
      if (response.ok) name = "passage.flagged";
    } catch { /* told by the sentence */ }
    flagSaid.textContent = words.say(name);
    if (name === "passage.flagged") { flag.hidden = true; dialog.querySelector(".close").focus(); }
  });
})();
