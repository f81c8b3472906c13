// Urgent cases that nobody has claimed: a banner on every page, a sound and a notification when the
// server calls, and how many cases need somebody in the title of the tab. Which call was the last
// one heard is kept as a moment, so that one tab of a browser answers it, once; no case is kept.
"use strict";
(() => {
  const place = document.getElementById("urgent");
  if (!place) return;
  const HEARD = "udha-heard";
  const SILENT = "udha-silent";
  const sound = new Audio(place.dataset.sound);
  let numbers = "";

  function kept(name) {
    try { return localStorage.getItem(name); } catch { return null; }
  }

  function keep(name, value) {
    try { localStorage.setItem(name, value); } catch { /* A browser may refuse to keep anything. */ }
  }

  function show(cases) {
    const now = cases.map((one) => one.number).join();
    if (now === numbers) return;
    numbers = now;
    place.replaceChildren();
    if (!cases.length) return;
    const words = document.getElementById("urgent-words").content.cloneNode(true);
    const list = words.querySelector(".urgent-list");
    for (const { number, name } of cases) {
      const link = document.createElement("a");
      link.href = "/console/case/" + number;
      link.textContent = name + " (" + number + ")";
      list.append(link, " ");
    }
    place.append(words);
  }

  async function play() {
    if (kept(SILENT)) return true;
    try {
      sound.currentTime = 0;
      await sound.play();
      return true;
    } catch {
      // Browsers are silent on a page where nobody has pressed anything yet.
      const blocked = place.querySelector(".urgent-blocked");
      if (blocked) blocked.hidden = false;
      return false;
    }
  }

  function notify(cases) {
    if (!("Notification" in window) || Notification.permission !== "granted") return false;
    try {
      const names = cases.map((one) => one.name + " (" + one.number + ")").join(", ");
      const options = { body: names, tag: "udha-urgent", renotify: true, requireInteraction: true };
      const note = new Notification(place.dataset.call, options);
      note.addEventListener("click", () => {
        window.focus();
        location.assign("/console/case/" + cases[cases.length - 1].number);
      });
      return true;
    } catch {
      return false; // Some phones let only other kinds of pages notify.
    }
  }

  async function answer(called, cases) {
    if (called <= Number(kept(HEARD))) return;
    const heard = await play();
    if (notify(cases) || heard) keep(HEARD, String(called));
  }

  function call({ called, cases }) {
    if (!cases.length || called <= Number(kept(HEARD))) return;
    const inTurn = () => navigator.locks
      ? navigator.locks.request("udha-call", () => answer(called, cases))
      : answer(called, cases);
    // The tab that somebody looks at is the likeliest to be allowed a sound.
    setTimeout(inTurn, document.visibilityState === "visible" ? 0 : 400);
  }

  document.body.addEventListener("live:urgent", (event) => {
    show(event.detail.cases);
    call(event.detail);
  });
  document.body.addEventListener("live:queue", (event) => {
    const bare = document.title.replace(/^\(\d+\) /, "");
    const count = event.detail.needing;
    document.title = count ? "(" + count + ") " + bare : bare;
  });

  // How to be called is chosen at the end of the queue.
  const alarm = document.getElementById("alarm");
  if (!alarm) return;
  alarm.hidden = false;
  const toggle = document.getElementById("alarm-sound");
  const allow = document.getElementById("alarm-allow");
  const allowed = document.getElementById("alarm-allowed");

  function showChoice() {
    toggle.textContent = kept(SILENT) ? toggle.dataset.off : toggle.dataset.on;
    const state = "Notification" in window ? Notification.permission : "denied";
    allow.hidden = state !== "default";
    allowed.textContent = allowed.dataset[state] || "";
  }

  toggle.addEventListener("click", () => {
    if (kept(SILENT)) {
      try { localStorage.removeItem(SILENT); } catch { /* Then it was never kept. */ }
    } else {
      keep(SILENT, "yes");
    }
    showChoice();
  });
  document.getElementById("alarm-try").addEventListener("click", () => {
    sound.currentTime = 0;
    sound.play().catch(() => {});
  });
  allow.addEventListener("click", async () => {
    await Notification.requestPermission();
    showChoice();
  });
  showChoice();
})();
