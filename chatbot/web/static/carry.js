// Links to our other pages take along how this one is shown, so that nothing has to be kept for it.
(() => {
  const root = document.documentElement;
  const OWN = document.body.matches(".information") ? /^\/(about|help)?$|^\/source\// : /^\/(about|help)$/;
  const carry = (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.origin !== location.origin || !OWN.test(link.pathname)) return;
    const url = new URL(link.href);
    url.searchParams.set("size", root.dataset.size ?? "m");
    url.searchParams.set("contrast", root.dataset.contrast ?? "standard");
    if (url.pathname === "/" && root.lang === "zh-Hans-CN") url.searchParams.set("script", "zh-Hans");
    link.href = url;
  };
  for (const name of ["pointerdown", "keydown", "contextmenu", "click"]) addEventListener(name, carry, true);
})();
