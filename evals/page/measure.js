// What a person who sees, touches or reads badly meets on a page, measured over what is rendered.
// Given { target, text }: the smallest side of a control and the smallest type, in CSS pixels.
(least) => {
  const faults = [];
  const fault = (check, node, what) => {
    const name = node.id ? `#${node.id}` : `${node.localName}.${[...node.classList].slice(0, 2).join(".")}`;
    faults.push({ check, what: `${name} ${(node.textContent ?? "").trim().slice(0, 20)} ${what}`.replace(/\s+/g, " ") });
  };
  const isHidden = (node) => {  // also what only a screen reader is told
    if (!node.checkVisibility({ checkOpacity: false, checkVisibilityCSS: true })) return true;
    const box = node.getBoundingClientRect();
    return box.width < 2 || box.height < 2 || box.right < 0 || Boolean(node.closest(".skip:not(:focus)"));
  };
  const modal = document.querySelector("dialog:modal");
  const all = [...document.body.querySelectorAll("*")].filter((node) => !modal || modal.contains(node) || node === modal);
  const shown = all.filter((node) => !isHidden(node) && !node.closest("svg.code"));

  // Contrast: every colour of text over what is really behind it.
  const numbers = (colour) => {
    const [r = 0, g = 0, b = 0, a = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
    return [r, g, b, a];
  };
  const over = (top, ground) => [0, 1, 2].map((i) => top[i] * top[3] + ground[i] * (1 - top[3]));
  const groundOf = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const colour = numbers(getComputedStyle(at).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
      if (at.localName === "dialog") break;
    }
    return layers.reduceRight((ground, top) => over(top, ground), [255, 255, 255]);
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  let contrast = 21, text = 1e3, target = 1e3;
  const read = (node, style, words) => {
    const ground = groundOf(node), opacity = Number(style.opacity);
    const colour = numbers(style.color);
    colour[3] *= opacity;
    const found = ratio(over(colour, ground), ground), size = parseFloat(style.fontSize);
    contrast = Math.min(contrast, found);
    text = Math.min(text, size);
    if (found < 7) fault("contrast", node, `${words.slice(0, 12)} ${found.toFixed(2)}`);
    if (size < least.text - 0.1) fault("text", node, `${words.slice(0, 12)} ${size.toFixed(1)} px`);
  };
  for (const node of shown) {
    const words = [...node.childNodes].filter((part) => part.nodeType === 3).map((part) => part.data.trim()).join("");
    if (words) read(node, getComputedStyle(node), words);
    for (const pseudo of ["::before", "::after"]) {
      const style = getComputedStyle(node, pseudo), drawn = style.content.match(/^"(.+)"$/)?.[1]?.trim();
      if (drawn && style.position !== "absolute") read(node, style, drawn);
    }
    if (node.matches("textarea, input[type=text]")) read(node, getComputedStyle(node, node.value ? null : "::placeholder"), node.value || node.placeholder);
  }

  // Controls: large enough, and not pushed out of the screen.
  const boxOf = (node) => (node.matches("input") ? node.closest("label") ?? node : node).getBoundingClientRect();
  for (const node of shown.filter((node) => node.matches("a[href], button, input:not([type=hidden]), textarea, summary, select"))) {
    const box = boxOf(node), side = Math.min(box.width, box.height);
    target = Math.min(target, side);
    if (side < least.target - 0.5) fault("target", node, `${box.width.toFixed(0)}x${box.height.toFixed(0)}`);
  }

  // Sideways: nothing scrolls, and nothing is cut where scrolling is off.
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) fault("sideways", document.documentElement, `${document.documentElement.scrollWidth} > ${width}`);
  for (const node of shown) {
    const box = node.getBoundingClientRect();
    const isInTable = node.closest("[tabindex='0'][role=group]") && node.closest("table");  // scrolls by itself, 1.4.10
    if (!isInTable && node.children.length === 0 && (box.right > width + 1 || box.left < -1)) fault("sideways", node, `${box.left.toFixed(0)} to ${box.right.toFixed(0)}`);
    const style = getComputedStyle(node);
    const cuts = ["hidden", "clip"].includes(style.overflowX) && node.scrollWidth > node.clientWidth + 2;
    const cutsDown = ["hidden", "clip"].includes(style.overflowY) && node.scrollHeight > node.clientHeight + 2;
    if ((cuts || cutsDown) && node.textContent.trim() && !node.matches("textarea, dialog, html, body")) fault("cut", node, `${node.scrollWidth}x${node.scrollHeight} in ${node.clientWidth}x${node.clientHeight}`);
  }

  // Motion: none where the person asked for none.
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    for (const node of shown) {
      for (const pseudo of [null, "::before", "::after"]) {
        const style = getComputedStyle(node, pseudo);
        const moves = style.animationName !== "none" || style.transitionDuration.split(",").some((time) => parseFloat(time) > 0);
        if (moves) fault("motion", node, `${style.animationName} ${style.transitionDuration}`);
      }
    }
  }
  return { faults, contrast, text, target };
}
