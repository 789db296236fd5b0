"use strict";
const form = document.querySelector(".filters");
const status = document.querySelector(".count");
const misses = [...document.querySelectorAll(".miss")];
const opener = form.elements.open;
const texts = new Map(misses.map((miss) => [miss, miss.textContent.toLowerCase()]));

function fits(miss) {
  const wanted = form.elements;
  for (const name of ["system", "split", "miss", "language"]) {
    if (wanted[name].value && miss.dataset[name] !== wanted[name].value) return false;
  }
  if (wanted.tag.value && !miss.dataset.tag.includes(`|${wanted.tag.value}|`)) return false;
  // Whoever chooses one of these kinds wants to see it.
  if (miss.dataset.answered === "1" && !wanted.answered.checked && !wanted.miss.value) return false;
  if (wanted.new.checked && miss.dataset.new !== "1") return false;
  const words = wanted.text.value.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => texts.get(miss).includes(word));
}

function filter() {
  let shown = 0;
  for (const miss of misses) {
    miss.hidden = !fits(miss);
    if (!miss.hidden) shown += 1;
  }
  status.textContent = `${shown} of ${misses.length} misses`;
}

function visible() {
  return misses.filter((miss) => !miss.hidden);
}

form.hidden = false;
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(filter));
opener.addEventListener("click", () => {
  const open = opener.textContent.startsWith("Open");
  for (const miss of visible()) miss.open = open;
  opener.textContent = open ? "Close all shown" : "Open all shown";
});

// Paper cannot be unfolded.
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details:not([open])")].filter((one) => !one.hidden);
  for (const one of unfolded) one.open = true;
});
addEventListener("afterprint", () => {
  for (const one of unfolded) one.open = false;
});
filter();
