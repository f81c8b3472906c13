// What happens elsewhere, as events of this page: "live:queue", "live:case-7" … on <body>, for
// hx-trigger="live:queue from:body". A browser opens few connections to one host, and a caseworker
// many tabs: one tab listens, and tells the others.
"use strict";
(() => {
  const FIRST_PAUSE = 3000;
  const LONGEST_PAUSE = 30000;
  if (!document.body.hasAttribute("hx-headers")) return;
  const others = "BroadcastChannel" in window ? new BroadcastChannel("udha-live") : null;
  let pause = FIRST_PAUSE;
  let newest = {};

  function happened(name, data) {
    const event = new CustomEvent("live:" + name, { detail: data, bubbles: true });
    document.body.dispatchEvent(event);
  }

  function told(name, data) {
    if (name === "queue" || name === "urgent") newest[name] = data;
    happened(name, data);
    if (others) others.postMessage([name, data]);
  }

  // A browser is not told why it was refused.
  async function mayListen() {
    try {
      return (await fetch("/console/live/still")).status !== 401;
    } catch {
      return true;
    }
  }

  async function again() {
    if (!(await mayListen())) return told("signed-out", null);
    setTimeout(listen, pause);
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }

  function listen() {
    const source = new EventSource("/console/live");
    source.addEventListener("open", () => {
      pause = FIRST_PAUSE;
      // What happened while nobody listened.
      told("again", null);
    });
    source.addEventListener("happened", (event) => {
      for (const [name, data] of JSON.parse(event.data)) {
        if (name === "signed-out") source.close();
        told(name, data);
      }
    });
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) again();
    });
  }

  if (!others || !navigator.locks) return listen();
  others.addEventListener("message", (event) => {
    const [name, data] = event.data;
    // A tab that has just been opened asks the one that listens how things stand.
    if (name !== "how-things-stand") return happened(name, data);
    for (const known of Object.keys(newest)) others.postMessage([known, newest[known]]);
  });
  others.postMessage(["how-things-stand", null]);
  navigator.locks.request("udha-live", () => {
    listen();
    return new Promise(() => {});
  });
})();
