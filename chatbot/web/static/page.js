// What Gradio leaves out: the source panel, the page's language, errors in words, where to scroll.
(() => {
  const root = document.documentElement;
  const keepLanguage = () => { if (root.lang !== "zh-Hant-TW") root.lang = "zh-Hant-TW"; };
  new MutationObserver(keepLanguage).observe(root, { attributes: true, attributeFilter: ["lang"] });
  keepLanguage();

  // The source panel: a link to /source/… opens beside the conversation; without script it is a page.
  const dialog = document.getElementById("source");
  const body = document.getElementById("source-body");
  let opener = null;
  const openSource = async (path) => {
    body.textContent = "";
    try {
      const response = await fetch(path);
      if (!response.ok) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      body.append(document.importNode(page.getElementById("passages"), true));
    } catch {
      body.textContent = dialog.dataset.missing;
    }
    if (!dialog.open) dialog.showModal();
    const cited = body.querySelector("#cited");
    if (cited) { cited.scrollIntoView({ block: "center" }); cited.focus({ preventScroll: true }); }
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a");
    if (!link || link.origin !== location.origin) {
      if (link && link.protocol.startsWith("http")) event.preventDefault();  // nothing leaves the page
      return;
    }
    if (link.pathname.startsWith("/source/") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      opener = link;
      openSource(link.pathname);
    }
  }, true);
  dialog.addEventListener("close", () => { body.textContent = ""; opener?.focus(); });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector("#question textarea")?.focus();
  });

  // Errors: Gradio is silent where it does not queue.
  const problem = document.getElementById("problem");
  const tell = (sentence) => { problem.textContent = sentence; problem.hidden = !sentence; };
  const plainFetch = window.fetch;
  window.fetch = async (input, options) => {
    const path = new URL(input instanceof Request ? input.url : input, location.href).pathname;
    const asks = path.startsWith("/gradio_api/run/");
    try {
      const response = await plainFetch(input, options);
      if (asks) tell(response.ok ? "" : response.status === 429 ? problem.dataset.many : problem.dataset.failed);
      return response;
    } catch (error) {
      if (asks) tell(problem.dataset.offline);
      throw error;
    }
  };

  // How the search is doing, until it does its best.
  const status = document.getElementById("status");
  const watch = async () => {
    let again = 3000;
    try {
      const state = await (await plainFetch("/readyz")).json();
      status.textContent = state.notice;
      status.hidden = !state.notice;
      if (!state.building) again = 0;
    } catch { again = 10000; }
    if (again) setTimeout(watch, again);
  };
  watch();

  // A new answer: show its beginning, not its end, and give the log's parts Chinese names.
  let seen = 0;
  const follow = () => {
    const log = document.getElementById("log");
    if (!log) return;
    log.querySelector("[role=log]")?.setAttribute("aria-label", document.title);
    for (const part of log.querySelectorAll("[aria-label*='message']")) part.removeAttribute("aria-label");
    const asked = log.querySelectorAll(".message.user, .user.message, .user-row");
    if (asked.length > seen) setTimeout(() => asked[asked.length - 1].scrollIntoView({ block: "start" }), 80);
    seen = asked.length;
  };
  new MutationObserver(follow).observe(document.body, { childList: true, subtree: true });
})();
