// What happens elsewhere, as events of this page: "live:queue", "live:case-7" … on <body>, for
// hx-trigger="live:queue from:body". A browser opens few connections to one host, and a caseworker
// many tabs: one tab listens, and tells the others.
"use strict";
(() => {
  const AGAIN_AFTER = 3000;
  if (!document.body.hasAttribute("hx-headers")) return;
  const others = "BroadcastChannel" in window ? new BroadcastChannel("udha-live") : null;

  function happened(name, data) {
    const event = new CustomEvent("live:" + name, { detail: data, bubbles: true });
    document.body.dispatchEvent(event);
  }

  function told(name, data) {
    happened(name, data);
    if (others) others.postMessage([name, data]);
  }

  function listen() {
    const source = new EventSource("/console/live");
    source.addEventListener("open", () => told("again", null));
    source.addEventListener("happened", (event) => {
      for (const [name, data] of JSON.parse(event.data)) told(name, data);
    });
    source.addEventListener("error", () => {
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(listen, AGAIN_AFTER);
    });
  }

  if (others) others.addEventListener("message", (event) => happened(...event.data));
  if (navigator.locks && others) {
    navigator.locks.request("udha-live", () => { listen(); return new Promise(() => {}); });
  } else {
    listen();
  }
})();
