// Leaving at once: somebody has come into the room.

const TIMES = 3;
const WITHIN = 2000;

// Call `leave` when the link is pressed, or Escape three times within two seconds.
export function watchForLeaving(link, leave) {
  let presses = [];
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    const now = Date.now();
    presses = [...presses.filter((press) => now - press < WITHIN), now];
    if (presses.length >= TIMES) leave();
  });
}

// Empty the page first: the other site may take seconds to come. It takes this page's place in the
// history, so that "back" does not lead here.
export function goTo(address) {
  document.title = "…";
  document.body.replaceChildren();
  document.documentElement.classList.add("left");
  window.location.replace(address);
}
