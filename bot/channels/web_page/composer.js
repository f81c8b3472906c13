// The box to write in: it grows with the text; Enter sends, Shift+Enter starts a new line.

export class Composer {
  // written(text) is called with what is to be sent.
  constructor(form, box, written) {
    this.box = box;
    this.written = written;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    box.addEventListener("input", () => this.grow());
    box.addEventListener("keydown", (event) => {
      // While an input method composes a letter, Enter belongs to it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
  }

  send() {
    const text = this.box.value.trim();
    if (text !== "") {
      this.clear();
      this.written(text);
    }
    this.box.focus();
  }

  clear() {
    this.box.value = "";
    this.grow();
  }

  grow() {
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight}px`;
  }
}
