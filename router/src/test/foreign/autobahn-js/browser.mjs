// What AutobahnJS takes from a browser and Node has not: XMLHttpRequest, and one jar of cookies for it and for WebSockets.
export const jar = new Map();

function cookies() {
  return jar.size === 0 ? {} : { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
}

globalThis.XMLHttpRequest = class {
  readyState = 0;
  status = 0;
  responseText = "";
  headers = {};
  timeout = 0;

  open(method, url) {
    Object.assign(this, { method, url });
  }

  setRequestHeader(name, value) {
    this.headers[name] = value;
  }

  async send(body) {
    try {
      const answer = await fetch(this.url, { method: this.method, headers: { ...this.headers, ...cookies() }, body });
      for (const set of answer.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set);
        jar.set(name, value);
      }
      this.responseText = await answer.text();
      this.status = answer.status;
    } catch {
      this.status = 0;
    }
    this.readyState = 4;
    this.onreadystatechange?.();
  }
};

const Plain = globalThis.WebSocket;
globalThis.WebSocket = class extends Plain {
  constructor(url, protocols) {
    super(url, { protocols, headers: cookies() });
  }
};
