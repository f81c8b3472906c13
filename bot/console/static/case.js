// The page of one case: inserting at the caret, keys, "Ana is answering", and keeping what somebody
// reads, writes and stands on while pieces of the page are exchanged.
"use strict";
(() => {
  const BEAT_EVERY = 5000;
  const KEYS = { r: "text", n: "note", e: "entries_q" };
  const byId = (id) => document.getElementById(id);

  // Inserting

  function insert(words) {
    const box = byId("text");
    if (!box) return;
    const start = box.selectionStart, end = box.selectionEnd, before = box.value.slice(0, start);
    const gap = before && !before.endsWith("\n\n") ? (before.endsWith("\n") ? "\n" : "\n\n") : "";
    box.focus();
    box.setRangeText(gap + words, start, end, "end");
    box.dispatchEvent(new Event("inserted", { bubbles: true }));
    typed(box);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button || !byId("text")) return;
    event.preventDefault();
    insert(button.dataset.insert);
  });

  // Who is writing

  let lastBeat = 0;

  function tell(form, stop) {
    const body = new URLSearchParams({ csrf: form.elements.csrf.value });
    if (stop) body.set("stop", "1");
    fetch(form.dataset.answering, { method: "POST", body, keepalive: true }).catch(() => {
      // Nobody knows that somebody writes; the next key tells again.
      lastBeat = 0;
    });
  }

  function typed(box) {
    if (!box.value) {
      if (lastBeat) tell(box.form, true);
      lastBeat = 0;
    } else if (Date.now() - lastBeat > BEAT_EVERY) {
      lastBeat = Date.now();
      tell(box.form, false);
    }
  }

  document.addEventListener("input", (event) => {
    if (event.target.id === "text") typed(event.target);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig.elt.id === "answer_form") lastBeat = 0;
    if (event.target.id === "note_form" && event.detail.successful) event.target.reset();
  });
  window.addEventListener("pagehide", () => {
    const box = byId("text");
    if (box && lastBeat) tell(box.form, true);
  });
  window.addEventListener("beforeunload", (event) => {
    const box = byId("text");
    if (box && box.value.trim() && box.value !== box.defaultValue && !leaving) event.preventDefault();
  });
  let leaving = false;
  document.addEventListener("submit", () => { leaving = true; setTimeout(() => { leaving = false; }, 1000); });

  // Keys

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && target.id === "text") {
      event.preventDefault();
      if (!byId("send").disabled) target.form.requestSubmit(byId("send"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      if (isTyping(target)) target.blur();
      else byId("back").click();
      return;
    }
    if (isTyping(target)) return;
    if (event.key === "?") {
      byId("keys").open = true;
      byId("keys").firstElementChild.focus();
    } else if (event.key === "c" && byId("do_claim")) {
      byId("do_claim").click();
    } else if (byId(KEYS[event.key])) {
      byId(KEYS[event.key]).focus();
      byId(KEYS[event.key]).scrollIntoView({ block: "center" });
    } else {
      return;
    }
    event.preventDefault();
  });

  // What stays while pieces are exchanged: where somebody reads, what they unfolded, where they are

  let kept = null, asked = "";

  function keep() {
    const thread = byId("thread");
    kept = {
      focus: document.activeElement !== document.body ? document.activeElement.id : asked,
      scroll: thread.scrollTop,
      height: thread.scrollHeight,
      open: [...document.querySelectorAll("#thread details[open]")].map((one) => one.id),
    };
  }

  function restore() {
    const thread = byId("thread");
    for (const id of kept.open) if (byId(id)) byId(id).open = true;
    // Counted from the end, below zero: whoever reads further up stays there as lines come.
    if (kept.scroll < -4) thread.scrollTop = kept.scroll - (thread.scrollHeight - kept.height);
    if (document.activeElement === document.body && kept.focus) {
      (byId(kept.focus) || byId("said")).focus({ preventScroll: true });
    }
    kept = null;
  }

  // A button that was pressed is not there, or cannot be pressed, while it is asked for.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.tagName === "FORM") asked = document.activeElement.id;
  });

  document.addEventListener("htmx:oobBeforeSwap", () => { if (!kept) keep(); });
  document.addEventListener("htmx:afterRequest", (event) => {
    const answered = event.detail.requestConfig.elt.id === "answer_form";
    setTimeout(() => {
      if (kept) restore();
      asked = "";
      if (answered) (byId("doubts") || byId("text") || byId("said")).focus();
    });
  });
})();
