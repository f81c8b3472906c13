// The socket to the server, opened again and again until the page is left.

const PAUSES = [500, 1000, 2000, 4000, 8000, 15000, 30000];
// A connection that lasted so long was sound: the next pause is short again.
const SOUND_AFTER = 5000;

export class Connection {
  // address: () => URL. heard(object), opened() and lost() are called as things happen.
  constructor(address, { heard, opened, lost }) {
    this.address = address;
    this.heard = heard;
    this.opened = opened;
    this.lost = lost;
    this.socket = null;
    this.attempts = 0;
    this.timer = null;
    this.stopped = false;
  }

  open() {
    clearTimeout(this.timer);
    const socket = new WebSocket(this.address());
    let sound = null;
    this.socket = socket;
    socket.onopen = () => {
      sound = setTimeout(() => { this.attempts = 0; }, SOUND_AFTER);
      this.opened();
    };
    socket.onmessage = (event) => {
      // What an older socket still brings belongs to a chat that was left.
      if (socket === this.socket) this.heard(JSON.parse(event.data));
    };
    socket.onclose = () => {
      clearTimeout(sound);
      if (socket === this.socket && !this.stopped) this.later();
    };
  }

  // Whether the object went out.
  say(object) {
    const open = this.socket !== null && this.socket.readyState === WebSocket.OPEN;
    if (open) this.socket.send(JSON.stringify(object));
    return open;
  }

  // Do not wait for the next attempt: the network or the person is back.
  wake() {
    if (!this.stopped && this.socket.readyState === WebSocket.CLOSED) this.open();
  }

  // Close this socket and open one at the address as it is now.
  renew() {
    const old = this.socket;
    this.open();
    old.close();
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    this.socket.close();
  }

  later() {
    const pause = PAUSES[Math.min(this.attempts, PAUSES.length - 1)];
    this.attempts += 1;
    this.lost();
    // Spread, so that after a restart not all pages come back in the same moment.
    this.timer = setTimeout(() => this.open(), pause * (0.5 + Math.random() / 2));
  }
}
