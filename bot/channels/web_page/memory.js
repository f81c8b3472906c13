// What this browser keeps of the chat: the session, the language and the last messages.
//
// It is localStorage and not sessionStorage, because a person of the team may answer tomorrow, when
// this tab is long closed, and the answer must find its way back. Leaving quickly and deleting the
// data both clear it. Where the browser refuses storage, all of it lives as long as the page.

const KEPT = 80;
const SESSION = "udha.session";
const LANGUAGE = "udha.language";
const ITEMS = "udha.items";

export class Memory {
  constructor(storage = browserStorage()) {
    this.storage = storage;
    this.left = false;
  }

  // The address of this chat: whoever knows it can read the replies, so nobody must guess it.
  get session() {
    let session = this.storage.getItem(SESSION);
    if (!session && !this.left) {
      session = randomName();
      this.storage.setItem(SESSION, session);
    }
    return session;
  }

  get language() {
    return this.storage.getItem(LANGUAGE);
  }

  set language(language) {
    if (!this.left) this.storage.setItem(LANGUAGE, language);
  }

  items() {
    try {
      const items = JSON.parse(this.storage.getItem(ITEMS) || "[]");
      return Array.isArray(items) ? items : [];
    } catch {
      return [];
    }
  }

  // Add an item, or put it in place of the one with its id. Read anew each time: another tab of
  // the same chat writes here too.
  put(item) {
    if (this.left) return;
    const items = this.items();
    const at = items.findIndex((other) => other.id === item.id);
    if (at < 0) items.push(item);
    else items[at] = item;
    try {
      this.storage.setItem(ITEMS, JSON.stringify(items.slice(-KEPT)));
    } catch {
      // The browser's storage is full: the chat goes on, only its history is shorter.
      this.storage.removeItem(ITEMS);
    }
  }

  // Forget this chat and begin another; the language stays.
  startAfresh() {
    this.storage.removeItem(ITEMS);
    this.storage.setItem(SESSION, randomName());
  }

  // Forget all of it, and keep nothing any more.
  leave() {
    this.left = true;
    [ITEMS, SESSION, LANGUAGE].forEach((key) => this.storage.removeItem(key));
  }

  // Call back when another tab leaves, starts afresh or adds messages.
  watch(window, { ended, grew }) {
    window.addEventListener("storage", (event) => {
      if (event.key === null || event.key === SESSION) ended(this.storage.getItem(SESSION));
      else if (event.key === ITEMS) grew();
    });
  }
}

// 128 random bits in base64url: 22 characters.
export function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

function browserStorage() {
  try {
    const storage = window.localStorage;
    storage.setItem("udha.try", "");
    storage.removeItem("udha.try");
    return storage;
  } catch {
    return new PageStorage();
  }
}

class PageStorage {
  constructor() {
    this.values = new Map();
  }

  getItem(key) {
    return this.values.has(key) ? this.values.get(key) : null;
  }

  setItem(key, value) {
    this.values.set(key, value);
  }

  removeItem(key) {
    this.values.delete(key);
  }
}
