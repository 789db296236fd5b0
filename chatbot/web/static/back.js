// The phone's Back closes what lies over the page, as people expect: it would leave the page, and
// with it the conversation, which is kept nowhere.
(() => {
  if (document.documentElement.dataset.device === "kiosk") return;
  const MOMENT = 50;  // milliseconds: one sheet may close only to make room for the next
  const sheets = () => [...document.querySelectorAll("dialog[open]")];
  let entered = false;
  if (history.state?.sheet) history.replaceState(null, "");
  const follow = () => {
    const isOpen = sheets().length > 0;
    if (isOpen === entered) return;
    entered = isOpen;
    if (isOpen) history.pushState({ sheet: true }, "");
    else history.back();
  };
  new MutationObserver(() => setTimeout(follow, MOMENT)).observe(document.body, { attributes: true, attributeFilter: ["open"], subtree: true });
  addEventListener("popstate", () => {
    if (!entered) return;
    entered = false;
    for (const sheet of sheets()) sheet.close();
  });
})();
