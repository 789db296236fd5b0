// What the keyboard must reach and has not: every control that is shown, one of each radio group.
() => {
  const modal = document.querySelector("dialog:modal");
  return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, summary, select")]
    .filter((node) => !node.disabled && node.tabIndex >= 0 && node.checkVisibility({ checkVisibilityCSS: true }) && (!modal || modal.contains(node)))
    .filter((node) => node.type !== "radio" || node.checked)
    .filter((node) => !node.dataset.tabbed)
    .map((node) => (node.id || node.getAttribute("href") || node.textContent.trim()).slice(0, 30));
}
