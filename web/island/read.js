// <parvis-read>: says that messages were read once they are in view, as its button does without script.
class Read extends HTMLElement {
  connectedCallback() {
    this.seen = new IntersectionObserver(([entry]) => entry.isIntersecting && this.send());
    this.seen.observe(this);
  }

  disconnectedCallback() {
    this.seen.disconnect();
  }

  async send() {
    this.seen.disconnect();
    const form = this.querySelector("form");
    if (!form || !navigator.onLine) return;
    try {
      const got = await fetch(location.href, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (got.ok) this.remove();
    } catch {
      // The line is gone: the button is still there.
    }
  }
}
customElements.define("parvis-read", Read);
