// <parvis-near>: asks for the position when its button is pressed, and goes to the list around it, or marks it in a form.
// Only a position rounded to a hundredth of a degree, about a kilometre, leaves the browser.
// The last place that one looked around is remembered here, in this browser alone, and can be forgotten.
const KEY = "parvis.place";

class Near extends HTMLElement {
  connectedCallback() {
    if (this.dataset.cell) keep({ cell: this.dataset.cell, name: this.dataset.name });
    this.remind();
    const button = this.querySelector("button.ask");
    if (!button || !navigator.geolocation) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      button.setAttribute("aria-busy", "true");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          button.removeAttribute("aria-busy");
          this.go(`${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`);
        },
        () => {
          button.removeAttribute("aria-busy");
          this.querySelector(".denied")?.removeAttribute("hidden");
        },
        { maximumAge: 600_000, timeout: 10_000 },
      );
    });
  }

  go(place) {
    const form = this.closest("form");
    if (!this.dataset.field) {
      location.assign(`${this.dataset.href}?autour=${place}`);
      return;
    }
    for (const radio of form.querySelectorAll(`[name="${this.dataset.field}"]`)) radio.checked = false;
    const chosen = document.createElement("input");
    Object.assign(chosen, { type: "radio", hidden: true, name: this.dataset.field, value: place, checked: true });
    this.append(chosen);
    chosen.dispatchEvent(new Event("change", { bubbles: true }));
    chosen.remove();
  }

  remind() {
    const link = this.querySelector("a.again");
    const place = kept();
    if (!link || !place) return;
    link.href = `${this.dataset.href}?${new URLSearchParams({ cell: place.cell, lieu: place.name })}`;
    link.querySelector("span").textContent = place.name;
    const line = link.parentElement;
    line.hidden = false;
    line.querySelector("button.forget")?.addEventListener("click", () => {
      localStorage.removeItem(KEY);
      line.hidden = true;
    });
  }
}

function keep(place) {
  try {
    if (place.name) localStorage.setItem(KEY, JSON.stringify(place));
  } catch {
    // A browser that keeps nothing.
  }
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}

customElements.define("parvis-near", Near);
