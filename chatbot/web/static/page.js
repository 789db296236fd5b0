// What Gradio leaves out: errors in words, how the search is doing, where to scroll, who speaks.
(() => {
  const { say } = window.boneHealth;
  document.addEventListener("click", (event) => {  // no link leaves the page
    const link = event.target.closest?.("a");
    if (link && link.origin !== location.origin && link.protocol.startsWith("http")) event.preventDefault();
  }, true);
  document.querySelector(".skip").addEventListener("click", (event) => {
    event.preventDefault();
    document.querySelector("#question textarea")?.focus();
  });

  // Errors: Gradio is silent where it does not queue.
  const problem = document.getElementById("problem");
  const tell = (sentence) => { problem.textContent = sentence; problem.hidden = !sentence; };
  const said = document.getElementById("said");
  const PATIENCE = 700;  // milliseconds after which it is told that the search goes on
  const plainFetch = window.fetch;
  window.fetch = async (input, options) => {
    const path = new URL(input instanceof Request ? input.url : input, location.href).pathname;
    const asks = path.startsWith("/gradio_api/run/");
    const waiting = asks && setTimeout(() => { said.textContent = say("page.thinking"); }, PATIENCE);
    try {
      const response = await plainFetch(input, options);
      if (asks) tell(response.ok ? "" : say([429, 503].includes(response.status) ? "page.too_many" : "page.failed"));
      return response;
    } catch (error) {
      if (asks) tell(say("page.offline"));
      throw error;
    } finally {
      clearTimeout(waiting);
      if (asks && said.textContent === say("page.thinking")) said.textContent = "";
    }
  };

  // How the search is doing, until it does its best.
  const status = document.getElementById("status");
  const watch = async () => {
    let again = 3000;
    try {
      const state = await (await plainFetch("/readyz")).json();
      status.hidden = !state.notice;
      status.textContent = state.notice && say("mode." + (state.building ? "building" : state.mode));
      if (!state.building) again = 0;
    } catch { again = 10000; }
    if (again) setTimeout(watch, again);
  };
  watch();
  document.addEventListener("spoken", watch);

  // A new answer: show its beginning, not its end. The question stands above it where both fit.
  const log = () => document.getElementById("log");
  const rows = (who) => log()?.querySelectorAll(`.message-row.${who}-row`) ?? [];
  const first = (asked) => {  // the first reply behind a question: what is folded away comes later
    let row = asked.nextElementSibling;
    while (row && !row.matches(".bot-row")) row = row.nextElementSibling;
    return row;
  };
  const bar = document.querySelector(".bar");
  const covers = () => {  // how much of the top stays covered, for everything that scrolls
    const covered = getComputedStyle(bar).position === "sticky" ? bar.offsetHeight : 0;
    document.documentElement.style.setProperty("--bar", `${covered}px`);
    return covered;
  };
  new ResizeObserver(covers).observe(bar);
  const show = (asked) => {
    const answer = first(asked) ?? asked;
    const covered = covers();
    const room = innerHeight - covered;
    const isShort = answer.getBoundingClientRect().top - asked.getBoundingClientRect().top < room / 3;
    (isShort ? asked : answer).scrollIntoView({ block: "start", behavior: "instant" });
    if (document.activeElement === document.body || !document.activeElement?.checkVisibility()) {
      answer.tabIndex = -1;
      answer.focus({ preventScroll: true });
    }
  };
  let seen = 0;
  const follow = () => {
    if (!log()) return;
    const part = log().querySelector("[role=log]");
    if (part?.ariaLabel !== document.title) part?.setAttribute("aria-label", document.title);
    for (const named of log().querySelectorAll("[aria-label*='message']")) named.removeAttribute("aria-label");
    for (const [who, name] of [["user", "page.you_asked"], ["bot", "page.reply"]])
      for (const row of rows(who)) if (row.dataset.who !== say(name)) row.dataset.who = say(name);
    for (const heading of log().querySelectorAll(":is(h4, h5, h6):not([aria-level])")) {
      heading.setAttribute("aria-level", "3");
      if (!heading.matches("h5")) heading.closest(".message").setAttribute("role", "alert");
    }
    for (const part of log().querySelectorAll(".bot-row :is(p, li, h4, h5, h6):not([lang])"))
      if (/[A-Za-z]{3}/.test(part.textContent) && !/[\u3400-\u9fff]/.test(part.textContent)) part.lang = "en";
    for (const asked of log().querySelectorAll(".user-row .md:not([role])")) {
      asked.setAttribute("role", "heading");
      asked.setAttribute("aria-level", "2");
    }
    const asked = rows("user");
    const before = document.body.matches(".conversing");
    if (document.body.classList.toggle("conversing", rows("bot").length > 0) !== before) covers();
    if (asked.length > seen) { const last = asked[asked.length - 1]; setTimeout(() => show(last), 60); }
    seen = rows("bot").length ? Math.max(seen, asked.length) : 0;
  };
  new MutationObserver(follow).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("spoken", follow);
})();
