// Copying a citation. Without script the text can be selected in its box.
(() => {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const box = document.getElementById(button.dataset.copy), said = button.parentElement.querySelector("[role=status]");
      try {
        await navigator.clipboard.writeText(box.value);
        said.textContent = button.dataset.done;
      } catch {
        box.focus();
        box.select();
        said.textContent = button.dataset.failed;
      }
    });
  }
})();
