// The page's words in both languages, and the phone numbers that texts may name, as the server
// wrote them into the page.

const HOLDERS = [
  ["text", (element, text) => { element.textContent = text; }],
  ["label", (element, text) => element.setAttribute("aria-label", text)],
  ["hint", (element, text) => element.setAttribute("placeholder", text)],
];

export class Wording {
  constructor(page) {
    this.page = page;
    const { words, phones } = JSON.parse(page.getElementById("page-words").textContent);
    this.words = words;
    this.phones = phones;
    this.language = page.documentElement.lang;
  }

  say(key, language = this.language) {
    return this.words[language][key];
  }

  knows(language) {
    return Object.prototype.hasOwnProperty.call(this.words, language);
  }

  // Show the whole page in a language.
  speak(language) {
    this.language = language;
    this.page.documentElement.lang = language;
    this.page.title = this.say("page_title");
    for (const [name, put] of HOLDERS) {
      for (const element of this.page.querySelectorAll(`[data-${name}]`)) {
        put(element, this.say(element.dataset[name]));
      }
    }
    for (const link of this.page.querySelectorAll("[data-language]")) {
      if (link.dataset.language === language) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
}
