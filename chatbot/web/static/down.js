// What a person sees while the server is gone, and when the box cannot take what was pasted.
(() => {
  const words = window.boneHealth;
  const down = document.getElementById("down");
  const problem = document.getElementById("problem");
  const plainFetch = window.fetch;
  let leaving = false;
  addEventListener("pagehide", () => { leaving = true; });
  addEventListener("pageshow", () => { leaving = false; });

  const answers = async () => {
    try { return (await plainFetch("/livez", { cache: "no-store" })).ok; } catch { return false; }
  };
  const again = async () => {
    if (leaving) return;
    if (!(await answers())) { setTimeout(again, 3000); return; }
    down.hidden = true;
    problem.textContent = words.say("down.back");
    problem.hidden = false;
  };
  const look = async () => {
    if (leaving || !down.hidden || (await answers()) || leaving) return;
    down.hidden = false;
    down.scrollIntoView({ block: "start" });
    setTimeout(again, 3000);
  };
  window.fetch = async (input, options) => {
    try { return await plainFetch(input, options); } catch (error) {
      if (error?.name !== "AbortError") look();
      throw error;
    }
  };

  // The browser cuts what is pasted without a word.
  document.addEventListener("paste", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLTextAreaElement)) return;
    const pasted = event.clipboardData?.getData("text").length ?? 0;
    const kept = box.value.length - (box.selectionEnd - box.selectionStart);
    if (box.maxLength < 0 || kept + pasted <= box.maxLength) return;
    problem.textContent = words.say("refused.cut");
    problem.hidden = false;
  });

  // The foot leads to pages in the script that is read here.
  const lead = () => {
    for (const link of document.querySelectorAll(".foot a")) link.search = words.script === "zh-Hans" ? "?lang=zh-Hans" : "";
  };
  document.addEventListener("spoken", lead);
  lead();
})();
