// In a conversation the pages about and help open over it: to leave the page would end it.
(() => {
  const dialog = document.getElementById("beside"), body = document.getElementById("beside-body");
  let opener = null;
  const show = async (link) => {
    let page;
    try {
      const response = await fetch(link.href);
      if (!response.ok) throw new Error(String(response.status));
      page = new DOMParser().parseFromString(await response.text(), "text/html");
    } catch { return; }  // down.js tells whom to call while the server is gone
    body.replaceChildren(...[...page.querySelector("main").childNodes].map((node) => document.importNode(node, true)));
    body.lang = page.documentElement.lang;
    body.querySelector("h1").id = "beside-title";
    if (!dialog.open) dialog.showModal();
    body.scrollTop = 0;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".foot a, #beside .languages a");
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !isPlain || document.documentElement.dataset.device === "kiosk" || !document.body.matches(".conversing")) return;
    event.preventDefault();
    if (!dialog.contains(link)) opener = link;
    show(link);
  }, true);
  dialog.querySelector(".close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { body.replaceChildren(); if (opener?.isConnected) opener.focus(); });
})();
