// The session has ended while the page was open: the page says so, and nothing on it is lost. Told
// by the answer to a request of htmx, or by the live connection.
"use strict";
(() => {
  const place = document.getElementById("signed-out");
  if (!place) return;

  function say() {
    if (place.childNodes.length) return;
    const words = document.getElementById("signed-out-words");
    place.append(words.content.cloneNode(true));
    document.title = place.dataset.title + " · " + document.title;
    place.scrollIntoView({ block: "nearest" });
  }

  for (const name of ["signed-out", "live:signed-out"]) document.addEventListener(name, say);
})();
