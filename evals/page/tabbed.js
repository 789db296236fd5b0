// After a press of Tab: what has the focus, whether that is seen, and whether it is covered.
() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const shown = node.matches("input") ? node.closest("label") ?? node : node;
  const ring = [node, shown].some((part) => {
    const style = getComputedStyle(part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const box = shown.getBoundingClientRect();
  const points = [0.1, 0.5, 0.9].flatMap((x) => [0.15, 0.5, 0.85].map((y) => [box.left + box.width * x, box.top + box.height * y]));
  const seen = points.some(([x, y]) => {
    const top = document.elementFromPoint(x, y);
    return top && (shown.contains(top) || top.contains(shown));
  });
  if (!node.dataset.tabbed) node.dataset.tabbed = String(Math.random());
  return { key: node.dataset.tabbed, name: (node.id || node.getAttribute("href") || node.textContent.trim()).slice(0, 30), ring, seen };
}
