// Whether single keys do something. Who speaks to the computer, or brushes against keys, can switch
// them off; it is kept in this browser (WCAG 2.1.4).
"use strict";
(() => {
  const OFF = "udha-keys-off";

  function areOff() {
    try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
  }

  // Before all who listen for keys of their own: what is held back here reaches none of them.
  window.addEventListener("keydown", (event) => {
    const single = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    const typing = event.target.matches?.("input, select, textarea, [contenteditable]");
    if (single && !typing && event.key !== " " && areOff()) event.stopImmediatePropagation();
  }, true);

  const box = document.getElementById("keys-on");
  if (!box) return;
  box.parentElement.hidden = false;
  box.checked = !areOff();
  box.addEventListener("change", () => {
    try { localStorage.setItem(OFF, box.checked ? "0" : "1"); } catch { /* Then it holds for no other page. */ }
  });
})();
