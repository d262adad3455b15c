// The socket that tells what changes. When it breaks, it comes back, and everything is looked at anew.

/** Calls `tell` with each event, and `lost` when events may have been missed. */
export class Live {
  constructor({ tell, lost, state }) {
    Object.assign(this, { tell, lost, state });
    this.wait = 250;
    this.connects = 0;
    this.connect();
  }

  connect() {
    this.socket = new WebSocket(`ws://${location.host}/playground/live`);
    this.socket.addEventListener("open", () => {
      this.wait = 250;
      this.connects += 1;
      this.state(true);
      this.send();
      if (this.connects > 1) this.lost();
    });
    this.socket.addEventListener("message", (event) => {
      for (const entry of JSON.parse(event.data)) {
        if (entry.t === "missed") this.lost();
        else this.tell(entry);
      }
    });
    this.socket.addEventListener("close", () => {
      this.state(false);
      setTimeout(() => this.connect(), this.wait);
      this.wait = Math.min(this.wait * 2, 5000);
    });
  }

  /** Says what the page shows now. */
  watch(watching) {
    this.watching = watching;
    this.send();
  }

  send() {
    if (this.watching && this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(this.watching));
  }
}
