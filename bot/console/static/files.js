// A file that is too large is said at once, not after it was sent.
"use strict";
(() => {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.id !== "file") return;
    const state = document.getElementById("file_state");
    const [file] = input.files;
    const large = Boolean(file) && file.size > Number(input.dataset.largest);
    if (large) input.value = "";
    state.textContent = large ? input.dataset.tooLarge : "";
    state.hidden = !large;
  });
})();
