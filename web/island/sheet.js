// <parvis-sheet>: the sums of a desk's record are checked while they are typed; without it the server says so.
class Sheet extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.check());
    this.check();
  }

  number(name) {
    const text = this.querySelector(`[name=${name}]`).value.replace(/\s/g, "");
    return /^\d+$/.test(text) ? Number(text) : null;
  }

  check() {
    const [signatures, envelopes, valid, blank, spoilt] = ["signatures", "envelopes", "valid", "blank", "spoilt"].map(
      (name) => this.number(name),
    );
    const said = [];
    const sum = (valid ?? 0) + (blank ?? 0) + (spoilt ?? 0);
    if (envelopes !== null && valid !== null && sum !== envelopes) {
      said.push(this.dataset.envelopes.replace("{sum}", sum).replace("{envelopes}", envelopes));
    }
    if (envelopes !== null && signatures !== null && signatures !== envelopes) {
      said.push(this.dataset.signatures.replace("{signatures}", signatures).replace("{envelopes}", envelopes));
    }
    for (const row of this.querySelectorAll(".sheet tbody tr")) {
      const counts = [...row.querySelectorAll("input:not([type=hidden])")];
      const named = counts.reduce((all, input) => all + Number(input.value || 0), 0);
      const isWrong = valid !== null && named > valid;
      for (const input of counts) input.setCustomValidity(isWrong ? this.dataset.project : "");
      row.classList.toggle("is-wrong", isWrong);
      if (isWrong) said.push(`${row.querySelector("th").textContent} – ${this.dataset.project}`);
    }
    const whole = envelopes !== null && valid !== null;
    const sums = this.querySelector(".sums");
    sums.textContent = said.join(" ") || (whole ? this.dataset.right : "");
    sums.classList.toggle("problem", said.length > 0);
  }
}
customElements.define("parvis-sheet", Sheet);
