// The card: made by the server of what is on the page. The question goes in the body of the
// request, so that no address and no log holds it.
(() => {
  const words = window.boneHealth;
  const dialog = document.getElementById("card"), body = document.getElementById("card-body");
  let opener = null;

  const question = (row) => {
    let before = row?.previousElementSibling;
    while (before && !before.matches(".user-row")) before = before.previousElementSibling;
    return before?.querySelector(".md")?.innerText.trim() ?? "";
  };
  const make = async (link) => {
    const asked = Object.fromEntries(new URLSearchParams(link.getAttribute("href").split("?")[1]));
    const content = { ...asked, passages: asked.passages.split(","), marks: (asked.marks ?? "").split(","), question: question(link.closest(".message-row")) };
    opener = link;
    try {
      const response = await fetch("/card", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(content) });
      if (!response.ok) throw new Error(String(response.status));
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      body.replaceChildren(...[...page.body.childNodes].map((node) => document.importNode(node, true)));
    } catch {
      const problem = document.getElementById("problem");
      problem.textContent = words.say("card.failed");
      problem.hidden = false;
      problem.scrollIntoView({ block: "center" });
      return;
    }
    dialog.showModal();
    dialog.scrollTop = 0;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('#log a[href^="#card?"]');
    if (link) { event.preventDefault(); make(link); }
  }, true);
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) print();
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
  // Paper takes a copy: a dialog lies above the page, and cannot have a sheet of its own.
  addEventListener("beforeprint", () => {
    if (!dialog.open) return;
    const sheet = document.createElement("div");
    sheet.id = "sheet";
    const copy = body.querySelector(".card").cloneNode(true);
    for (const named of copy.querySelectorAll("[id]")) named.removeAttribute("id");
    sheet.append(copy);
    document.body.append(sheet);
    document.body.classList.add("printing-card");
  });
  addEventListener("afterprint", () => {
    document.body.classList.remove("printing-card");
    document.getElementById("sheet")?.remove();
  });
  dialog.addEventListener("close", () => { body.replaceChildren(); if (opener?.isConnected) opener.focus(); });
})();
