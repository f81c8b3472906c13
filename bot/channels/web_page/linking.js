// Text to nodes: paragraphs, lines, and in them web addresses and known phone numbers as links.
// Everything goes in as text, so that nothing in a reply can ever become markup.

const REST = "[^\\s<>\"'«»„“”]*[^\\s<>\"'«»„“”.,;:!?)\\]]";
// With https in front, or as answers write them for the eye: "travel-europe.europa.eu/ees".
const ADDRESS = `https:\\/\\/${REST}`;
const BARE = `(?:[a-z0-9-]+\\.)+(?:al|be|com|eu|info|int|net|org)(?![\\p{L}\\p{N}@-]|\\.\\p{L})(?:\\/${REST})?`;
// Unknown numbers are linked only in the international form; 112 or 90 alone could be anything.
const INTERNATIONAL = "\\+\\d[\\d \\u00a0]{6,18}\\d";
const BEFORE = "(^|[^\\p{L}\\p{N}.,/+@-])";
const AFTER = "(?![\\p{L}\\p{N}]|[.,/-]\\p{N}|\\s?[€%]|\\s(?:euro|lek|dit|day))";

export class Linking {
  // phones: the numbers of the contacts, as they are written in texts.
  constructor(phones) {
    const known = [...phones]
      .sort((one, other) => other.length - one.length)
      .map((phone) => escaped(phone).replace(/ /g, "[ \\u00a0]?"));
    const numbers = [...known, INTERNATIONAL].join("|");
    this.pattern = new RegExp(`${BEFORE}(?:(${ADDRESS}|${BARE})|(${numbers})${AFTER})`, "gu");
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
      const [whole, before, address, phone] = found;
      const link = address === undefined ? phoneLink(phone) : addressLink(address);
      nodes.push(text.slice(from, found.index) + before, link);
      from = found.index + whole.length;
    }
    nodes.push(text.slice(from));
    return nodes.filter((node) => node !== "");
  }
}

function addressLink(address) {
  const link = document.createElement("a");
  const bare = address.replace(/^https:\/\//, "");
  link.href = `https://${bare}`;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = bare.replace(/\/$/, "");
  return link;
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
