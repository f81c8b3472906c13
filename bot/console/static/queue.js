// The queue by keyboard, and how many cases are ticked. Keys that somebody types into a field, or
// with Ctrl, Alt or Meta, are theirs.
"use strict";
(() => {
  const keys = document.getElementById("keys");
  const list = document.getElementById("cases");
  const all = document.getElementById("tick-all");
  const ticked = document.getElementById("ticked");
  const bulk = document.getElementById("bulk");

  const links = () => [...list.querySelectorAll("a.open")];
  const boxes = () => [...list.querySelectorAll("input[name=case]")];

  function move(step) {
    const found = links();
    if (!found.length) return;
    const now = found.indexOf(document.activeElement);
    const next = now < 0 ? (step > 0 ? 0 : found.length - 1) : now + step;
    const link = found[Math.max(0, Math.min(found.length - 1, next))];
    link.focus();
    link.closest("tr").scrollIntoView({ block: "nearest" });
  }

  function tick() {
    const row = document.activeElement.closest("tr");
    const box = row && row.querySelector("input[name=case]");
    if (box) box.click();
  }

  function count() {
    const found = boxes();
    const chosen = found.filter((box) => box.checked).length;
    ticked.textContent = chosen ? ticked.dataset.words + " " + chosen : "";
    all.checked = chosen > 0 && chosen === found.length;
    all.indeterminate = chosen > 0 && chosen < found.length;
    for (const button of bulk.querySelectorAll("button")) button.disabled = !chosen;
  }

  const DOES = {
    j: () => move(1),
    ArrowDown: () => move(1),
    k: () => move(-1),
    ArrowUp: () => move(-1),
    x: tick,
    "/": () => document.getElementById("search").focus(),
    "?": () => keys.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || keys.open) return;
    const at = event.target;
    const ticking = at.matches("input[type=checkbox]");
    if (at.isContentEditable || (at.matches("input, select, textarea") && !ticking)) return;
    // On a page without focus the arrows scroll, as everywhere.
    if (event.key.startsWith("Arrow") && !list.contains(at)) return;
    const does = DOES[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  });

  all.hidden = false;
  document.querySelector("label[for=tick-all]").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
    count();
  });
  list.addEventListener("change", count);
  document.body.addEventListener("htmx:afterSettle", count);
  const show = document.getElementById("show-keys");
  show.hidden = false;
  show.addEventListener("click", () => keys.showModal());
  count();
})();
