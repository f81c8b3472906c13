// The chat: what the person says goes out and stays until the server has it; what comes is shown.

import { Bubbles, note } from "./bubbles.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { goTo, watchForLeaving } from "./leaving.js";
import { Linking } from "./linking.js";
import { Memory, randomName } from "./memory.js";
import { Wording } from "./wording.js";

// How long "is writing" is shown: some messages get no reply, and a person takes longer.
const WRITING_FOR = 12000;
// A hiccup of the network that is over so soon is not worth a word.
const AWAY_AFTER = 1200;
const START_AGAIN_AFTER = 4000;

class Chat {
  constructor() {
    this.wording = new Wording(document);
    this.memory = new Memory();
    this.log = document.getElementById("log");
    this.end = document.getElementById("end");
    this.shown = new Map();
    this.atEnd = true;
    const commanded = (command) => this.say({ type: "text", text: command }, command);
    this.bubbles = new Bubbles(this.wording, new Linking(this.wording.phones, commanded), {
      pressed: (button, language) => this.press(button, language),
      again: (item) => this.sendAgain(item),
    });
    this.connection = new Connection(() => this.address(), {
      heard: (message) => this.hear(message),
      opened: () => this.opened(),
      lost: () => this.away(),
    });
  }

  start() {
    document.getElementById("unstarted").remove();
    this.speak(this.chosenLanguage());
    this.memory.items().forEach((item) => this.show(item));
    this.log.removeAttribute("aria-busy");
    this.listen();
    if (this.memory.items().length === 0) this.keep(this.own({ type: "start" }, "", true));
    if (this.shown.size > 0) this.scrollToEnd();
    this.connection.open();
  }

  listen() {
    this.composer = new Composer(
      document.getElementById("composer"),
      document.getElementById("text"),
      (text) => this.say({ type: "text", text }, text),
    );
    watchForLeaving(document.getElementById("leave"), () => this.leave());
    for (const link of document.querySelectorAll("[data-language]")) {
      link.addEventListener("click", (event) => this.switchLanguage(event, link.dataset.language));
    }
    this.memory.watch(window, {
      ended: (session) => (session === null ? this.leave() : window.location.reload()),
      grew: () => this.memory.items().forEach((item) => this.show(item)),
    });
    window.addEventListener("online", () => this.connection.wake());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.connection.wake();
    });
    this.watchEnd();
  }

  // Language

  chosenLanguage() {
    const asked = new URLSearchParams(window.location.search).get("lang");
    const choices = [asked, this.memory.language, this.wording.language];
    return choices.find((language) => language && this.wording.knows(language));
  }

  speak(language) {
    this.wording.speak(language);
    this.memory.language = language;
  }

  switchLanguage(event, language) {
    event.preventDefault();
    if (language === this.wording.language) return;
    this.speakFromNow(language);
    if (this.nothingSaid()) this.greetAnew();
    else this.say({ type: "button", action: `language:${language}` }, "", true);
  }

  speakFromNow(language) {
    this.speak(language);
    window.history.replaceState(null, "", `?lang=${language}`);
  }

  nothingSaid() {
    return this.log.querySelector(".me, .staff, .urgent") === null;
  }

  // Who chooses the language before a word was said has not been able to read the greeting.
  greetAnew() {
    this.startAfresh();
    this.renewing = false;
    this.keep(this.own({ type: "start" }, "", true));
    this.connection.renew();
  }

  // Out

  press({ label, action }, language) {
    const [name, argument] = action.split(":");
    const chosen = name === "language" && this.wording.knows(argument);
    if (chosen) this.speakFromNow(argument);
    if (chosen && this.nothingSaid()) this.greetAnew();
    else this.say({ type: "button", action }, label, false, language);
  }

  say(say, text, hidden = false, language = this.wording.language) {
    const item = this.own(say, text, hidden, language);
    this.keep(item);
    this.atEnd = true;
    this.show(item);
    this.send(item);
  }

  own(say, text, hidden, language = this.wording.language) {
    return { id: randomName(), from: "me", text, language, hidden, say, state: "waiting" };
  }

  send(item) {
    if (this.connection.say({ ...item.say, id: item.id })) this.writing(!this.isForPerson(item));
  }

  // Where a person of the team has the chat, a text gets no reply from Udha.
  isForPerson(item) {
    const last = this.memory.items().filter((other) => other.from === "udha").pop();
    return item.say.type === "text" && Boolean(last?.buttons.some(({ action }) => action === "bot"));
  }

  sendAgain(item) {
    this.become(item, "waiting");
    this.send(item);
  }

  // In

  hear(message) {
    if (message.type === "reply") this.hearReply(message);
    else if (message.type === "kept") this.hearKept(message.id);
    else if (message.type === "error") this.hearError(message);
  }

  hearReply(message) {
    const { id, text, buttons, decision, language, file } = message;
    const item = { id, from: "udha", text, buttons, decision, language, file };
    // Who writes in the other language, or asks for it in words, is replied to in it.
    if (language !== this.wording.language && this.wording.knows(language)) this.speakFromNow(language);
    if (message.forgets) this.startAfresh();
    else this.keep(item);
    this.writing(false);
    this.show(item);
    this.connection.say({ type: "received", id });
    if (this.renewing) this.connection.renew();
    this.renewing = false;
  }

  hearKept(id) {
    const item = this.find(id);
    if (item) this.become(item, "kept");
  }

  hearError({ id, code, text }) {
    const item = this.find(id);
    this.writing(false);
    if (item === undefined) this.append(note(text));
    else if (!item.hidden) this.become(item, "failed", text);
    else if (code !== "unreadable") setTimeout(() => this.send(item), START_AGAIN_AFTER);
  }

  // The data are deleted: this chat's name and words go too; the reply that says so stays to be
  // read until the page is closed.
  startAfresh() {
    this.memory.startAfresh();
    this.shown.clear();
    this.log.replaceChildren();
    this.renewing = true;
  }

  // The connection

  address() {
    const address = new URL("/try/ws", window.location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("session", this.memory.session);
    address.searchParams.set("lang", this.wording.language);
    address.searchParams.set("ack", "1");
    return address.href;
  }

  opened() {
    clearTimeout(this.awayTimer);
    this.awayTimer = null;
    this.banner("");
    this.memory.items().filter((item) => item.state === "waiting").forEach((item) => this.send(item));
  }

  away() {
    this.writing(false);
    if (!this.awayTimer) {
      this.awayTimer = setTimeout(() => this.banner(this.wording.say("page_away")), AWAY_AFTER);
    }
  }

  leave() {
    this.memory.leave();
    this.connection.stop();
    goTo(document.getElementById("leave").href);
  }

  // What is seen

  keep(item) {
    this.memory.put(item);
  }

  find(id) {
    return this.memory.items().find((item) => item.id === id);
  }

  become(item, state, reason = "") {
    item.state = state;
    this.keep(item);
    if (this.shown.has(item.id)) this.bubbles.show(this.shown.get(item.id), item, reason);
  }

  show(item) {
    if (item.hidden || this.shown.has(item.id)) return;
    const bubble = this.bubbles.of(item);
    this.shown.set(item.id, bubble);
    this.append(bubble);
  }

  append(element) {
    const first = this.log.firstChild === null;
    this.log.append(element);
    if (first) return;
    if (this.atEnd) this.scrollTo(element);
    else document.getElementById("newer").hidden = false;
  }

  // A reply taller than the screen is read from its beginning; on a phone the keyboard goes away.
  scrollTo(element) {
    this.scrollToEnd();
    const covered = document.querySelector("header").getBoundingClientRect().bottom;
    if (element.getBoundingClientRect().top >= Math.max(covered, 0)) return;
    element.scrollIntoView({ block: "start" });
    if (window.matchMedia("(pointer: coarse)").matches) document.getElementById("text").blur();
  }

  // What scrolls is the page on a phone, and the chat alone on a wide screen.
  scrollToEnd() {
    for (const part of document.querySelectorAll(".page, .stream")) part.scrollTop = part.scrollHeight;
  }

  watchEnd() {
    const newer = document.getElementById("newer");
    newer.addEventListener("click", () => this.scrollToEnd());
    window.addEventListener("resize", () => {
      if (this.atEnd) this.scrollToEnd();
    });
    new IntersectionObserver(([entry]) => {
      this.atEnd = entry.isIntersecting;
      if (this.atEnd) newer.hidden = true;
    }, { rootMargin: "0px 0px 120px 0px" }).observe(this.end);
  }

  writing(on) {
    clearTimeout(this.writingTimer);
    document.getElementById("writing").hidden = !on;
    if (on) {
      if (this.atEnd && this.shown.size > 0) this.scrollToEnd();
      this.writingTimer = setTimeout(() => this.writing(false), WRITING_FOR);
    }
  }

  banner(text) {
    document.getElementById("banner").textContent = text;
  }
}

new Chat().start();
