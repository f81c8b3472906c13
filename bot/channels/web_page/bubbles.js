// The messages of the chat as elements.
//
// An item is {id, from: "me" | "udha", text, language}; with from "me" also `say` (what goes to the
// server), `state` (waiting, kept, failed) and `hidden`; with from "udha" `decision`, `buttons` and,
// where one was sent, `file` {name, type, url}.

export class Bubbles {
  // pressed(button, language) and again(item) are called when a person presses.
  constructor(wording, linking, { pressed, again }) {
    this.wording = wording;
    this.linking = linking;
    this.pressed = pressed;
    this.again = again;
  }

  of(item) {
    const bubble = item.from === "me" ? this.own(item) : this.reply(item);
    bubble.lang = item.language;
    return bubble;
  }

  own(item) {
    const bubble = element("article", "bubble me");
    const words = element("div", "words");
    for (const line of item.text.split("\n")) words.append(element("span", "line", line + "\n"));
    bubble.append(this.from("page_from_you", item, "unseen"), words, element("p", "state"));
    this.show(bubble, item);
    return bubble;
  }

  // Show how far an own message has come.
  show(bubble, item, reason = "") {
    const state = bubble.querySelector(".state");
    bubble.dataset.state = item.state;
    const text = reason || this.wording.say(STATES[item.state], item.language);
    state.replaceChildren(...(item.state === "kept" ? [icon("kept")] : []), text);
    if (item.state === "failed") {
      const again = element("button", "again", this.wording.say("page_again", item.language));
      again.type = "button";
      again.addEventListener("click", () => this.again(item));
      state.append(" ", again);
    }
  }

  reply(item) {
    const bubble = element("article", `bubble udha ${item.decision}`);
    const card = element("div", "card");
    const words = element("div", "words");
    if (item.text.trim()) words.append(...this.linking.paragraphs(item.text));
    card.append(this.sender(item), words);
    if (item.file && item.file.url.startsWith("/files/")) card.append(attached(item.file));
    bubble.append(card);
    if (item.buttons.length > 0) bubble.append(this.choices(item));
    return bubble;
  }

  sender(item) {
    const [key, name] = SENDERS[item.decision] || ["page_from_udha", null];
    const from = this.from(key, item, name === null ? "unseen" : "from");
    if (name !== null) from.prepend(icon(name));
    return from;
  }

  from(key, item, className) {
    return element("h2", className, this.wording.say(key, item.language));
  }

  choices(item) {
    const group = element("div", "choices");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", this.wording.say("page_choices", item.language));
    item.buttons.forEach((button, at) => group.append(this.choice(item, button, at + 1)));
    return group;
  }

  // A suggestion carries the number that its question has in the text.
  choice(item, { label, action }, number) {
    const numbered = item.decision === "suggest" && action.startsWith("entry:");
    const button = element("button", "choice", label);
    if (numbered) {
      button.classList.add("numbered");
      button.prepend(`${number}. `);
    }
    button.type = "button";
    button.addEventListener("click", () => this.pressed({ label, action }, item.language));
    return button;
  }
}

const STATES = { waiting: "page_waiting", kept: "page_kept", failed: "page_failed" };
const SENDERS = { urgent: ["page_urgent", "urgent"], staff: ["page_from_person", "person"] };

// A picture is seen, all else has a link; both by their name for whoever does not see them.
function attached({ name, type, url }) {
  const link = element("a", "file");
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  if (type.startsWith("image/")) {
    const picture = document.createElement("img");
    picture.src = url;
    picture.alt = name;
    link.append(picture);
  } else {
    link.download = name;
    link.textContent = name;
  }
  return link;
}

export function note(text) {
  return element("p", "note", text);
}

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  svg.append(use);
  return svg;
}
