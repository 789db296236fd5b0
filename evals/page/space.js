// Puts a style sheet on the page, or takes off the last one; the policy does not stop it.
(css) => {
  const sheets = [...document.adoptedStyleSheets];
  if (css) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    sheets.push(sheet);
  } else sheets.pop();
  document.adoptedStyleSheets = sheets;
}
