// <parvis-near>: asks for the position when its button is pressed, and goes to the list around it.
// Only a position rounded to a hundredth of a degree, about a kilometre, leaves the browser.
class Near extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button || !navigator.geolocation) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const place = `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`;
          location.assign(`${this.dataset.href}?autour=${place}`);
        },
        () => {
          button.removeAttribute("aria-busy");
          this.querySelector(".denied")?.removeAttribute("hidden");
        },
        { maximumAge: 600_000, timeout: 10_000 },
      );
    });
  }
}
customElements.define("parvis-near", Near);
