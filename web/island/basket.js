// <parvis-basket>: while projects are picked, the bar below says at once how much is used; without it a button recounts.
class Basket extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", () => this.count());
  }

  count() {
    const picked = this.querySelectorAll("input:checked, option:checked");
    let used = 0;
    for (const one of picked) used += "one" in one.dataset ? 1 : Number(one.dataset.n ?? 0);
    for (const one of this.querySelectorAll("input[type=hidden][name^='votes.']")) {
      const said = new URLSearchParams(one.value);
      used += Number(this.dataset.money) ? Number(said.get("cost")) : Number(said.get("amount") ?? 1);
    }
    const most = Number(this.dataset.most);
    const form = new Intl.NumberFormat(
      this.dataset.language,
      Number(this.dataset.money) ? { style: "currency", currency: "EUR", maximumFractionDigits: 0 } : {},
    );
    const output = this.querySelector("output");
    output.textContent = form.format(used);
    const bar = this.querySelector(".meter rect");
    bar?.setAttribute("width", Math.min(100, (100 * used) / most));
    bar?.setAttribute("class", used > most ? "against" : "for");
    this.querySelector(".basket-sum .hint:not([data-over], [data-twice])")?.remove();
    this.querySelector("[data-over]").hidden = !most || used <= most;
    const twice = this.querySelector("[data-twice]");
    if (twice) twice.hidden = !this.repeats();
  }

  /** Whether two projects have one rank. */
  repeats() {
    const ranks = [...this.querySelectorAll("option:checked, input[type=hidden][name^='votes.']")]
      .map((one) => new URLSearchParams(one.value).get("amount"))
      .filter(Boolean);
    return new Set(ranks).size < ranks.length;
  }
}
customElements.define("parvis-basket", Basket);
