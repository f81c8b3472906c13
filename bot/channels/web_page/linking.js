// Text to nodes: paragraphs, lines, and in them web addresses and known phone numbers as links, and
// commands ("/help") as buttons.
// Everything goes in as text, so that nothing in a reply can ever become markup.

const REST = "[^\\s<>\"'«»„“”]*[^\\s<>\"'«»„“”.,;:!?)\\]]";
// With https in front, or as answers write them for the eye: "travel-europe.europa.eu/ees".
const ADDRESS = `https:\\/\\/${REST}`;
const BARE = `(?:[a-z0-9-]+\\.)+(?:al|be|com|eu|info|int|net|org)(?![\\p{L}\\p{N}@-]|\\.\\p{L})(?:\\/${REST})?`;
// Unknown numbers are linked only in the international form; 112 or 90 alone could be anything.
const INTERNATIONAL = "\\+\\d[\\d \\u00a0]{6,18}\\d";
const COMMAND = "\\/[a-z]{2,20}(?![\\p{L}\\p{N}/_-])";
const BEFORE = "(^|[^\\p{L}\\p{N}.,/+@-])";
const AFTER = "(?![\\p{L}\\p{N}]|[.,/-]\\p{N}|\\s?[€%]|\\s(?:euro|lek|dit|day))";

export class Linking {
  // phones: the numbers of the contacts, as they are written in texts. commanded(command) is called
  // when a command is pressed.
  constructor(phones, commanded) {
    this.commanded = commanded;
    const known = [...phones]
      .sort((one, other) => other.length - one.length)
      .map((phone) => escaped(phone).replace(/ /g, "[ \\u00a0]?"));
    const numbers = [...known, INTERNATIONAL].join("|");
    this.pattern = new RegExp(`${BEFORE}(?:(${ADDRESS}|${BARE})|(${numbers})${AFTER}|(${COMMAND}))`, "gu");
  }

  // A text as paragraphs of lines.
  paragraphs(text) {
    return text.trim().split(/\n\s*\n/).map((part) => {
      const paragraph = document.createElement("p");
      for (const line of part.split("\n")) paragraph.append(this.line(line));
      return paragraph;
    });
  }

  line(text) {
    const line = document.createElement("span");
    line.className = /^\s*[•–-]\s/.test(text) ? "line point" : "line";
    line.append(...this.nodes(text), "\n");
    return line;
  }

  nodes(text) {
    const nodes = [];
    let from = 0;
    for (const found of text.matchAll(this.pattern)) {
      const [whole, before, address, phone, command] = found;
      nodes.push(text.slice(from, found.index) + before);
      if (address !== undefined) nodes.push(addressLink(address));
      else nodes.push(phone === undefined ? this.commandButton(command) : phoneLink(phone));
      from = found.index + whole.length;
    }
    nodes.push(text.slice(from));
    return nodes.filter((node) => node !== "");
  }

  commandButton(command) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "command";
    button.textContent = command;
    button.addEventListener("click", () => this.commanded(command));
    return button;
  }
}

function addressLink(address) {
  const link = document.createElement("a");
  const bare = address.replace(/^https:\/\//, "");
  link.href = `https://${bare}`;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = readable(bare.replace(/\/$/, ""));
  return link;
}

// "t%C3%AB" as "të", for the eye; letters and digits only, so that nothing else changes its look.
function readable(address) {
  return address.replace(/(?:%[0-9a-f]{2})+/gi, (coded) => {
    try {
      const letters = decodeURIComponent(coded);
      return /^[\p{L}\p{N}]+$/u.test(letters) ? letters : coded;
    } catch {
      return coded;
    }
  });
}

function phoneLink(phone) {
  const link = document.createElement("a");
  link.className = "phone";
  link.href = `tel:${phone.replace(/[^\d+]/g, "")}`;
  link.textContent = phone;
  return link;
}

function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
