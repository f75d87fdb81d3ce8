// <parvis-vote>: an activity's proposals with their votes, cast here one by one; whole ballots are filled in at the portal.
import { html, nothing } from "lit";

import voteDocument from "./document/vote.graphql";
import { VotingWidget, isOpenTo } from "./voting.js";
import { day, euros } from "./word.js";

const FIRST = 10;

export class Vote extends VotingWidget {
  fetched(activity, after = null) {
    return this.ask(voteDocument, { activity, first: this.first || FIRST, after });
  }

  listed(data) {
    return data.activity?.contributions;
  }

  get voted() {
    return this.listed(this.data).nodes;
  }

  content() {
    const { activity } = this.data;
    if (!activity) return this.gone();
    const list = activity.contributions;
    return html`${this.heading(activity.title)}
      ${this.#state(activity)}
      ${list.nodes.length
        ? html`<ol>${list.nodes.map((node) => this.#item(activity, node))}</ol>`
        : html`<p>${this.say("nothing")}</p>`}
      ${this.more(list)}
      <div class="foot">${this.#isHere(activity) ? this.account() : this.#elsewhere(activity)}</div>`;
  }

  #state({ isOpen, doings, closesAt, voteRule }) {
    const says = [];
    if (voteRule?.budgetEuros) says.push(this.say("budget", { amount: euros(this.language, voteRule.budgetEuros) }));
    if (!isOpen || !doings.includes("VOTE")) says.push(this.say("closed"));
    else if (closesAt) says.push(this.say("until", { date: day(this.language, closesAt) }));
    return says.length ? html`<p class="tags state">${says.map((text) => html`<span>${text}</span>`)}</p>` : nothing;
  }

  /** Whether one votes here, one by one, without more than having signed in. */
  #isHere(activity) {
    return ["SUPPORT", "OPINION"].includes(activity.voteMethod) && !activity.voteRule && isOpenTo(activity);
  }

  #elsewhere({ isOpen, doings, voteRule }) {
    const id = this.activity || this.door.settings.activity;
    if (!isOpen || !doings.includes("VOTE")) return html`<a href=${this.address(`/activite/${id}`)}>${this.say("open")}</a>`;
    return html`<p class="note">${this.say(voteRule ? "ballot" : "proof")}</p>
      <a class="press" href=${this.address(`/${voteRule ? "voter" : "activite"}/${id}`)}>${this.say("elsewhere")}</a>`;
  }

  #item(activity, node) {
    const isHere = this.#isHere(activity) && node.petition?.isSignable !== false;
    const count = node.tally?.supportCount ?? 0;
    return html`<li class=${isHere && activity.voteMethod === "SUPPORT" ? "does" : ""}>
      <div>
        <span class="name" dir="auto"><a data-first href=${this.address(`/contribution/${node.id}`)}>${node.title}</a></span>
        <span class="tags">
          ${node.costEuros ? html`<span>${euros(this.language, node.costEuros)}</span>` : nothing}
          ${activity.voteMethod === "SUPPORT" ? html`<span>${this.say("supports", { count })}</span>` : nothing}
        </span>
      </div>
      ${isHere ? this.#choice(activity, node) : nothing}
    </li>`;
  }

  #choice({ voteMethod }, node) {
    if (node.petition?.isByLaw) {
      return html`<a class="press" title=${this.say("law")} href=${this.address(`/contribution/${node.id}#vote`)}
        >${this.say("sign")}<span class="hidden"> – ${node.title}</span></a>`;
    }
    const mine = node.viewerVote?.choice;
    if (voteMethod === "SUPPORT") {
      const text = this.say(mine ? "supported" : "support");
      return html`<button type="button" aria-pressed=${Boolean(mine)} @click=${() => this.vote(node, "SUPPORT", Boolean(mine))}
        >${text}<span class="hidden"> – ${node.title}</span></button>`;
    }
    return this.opinions(node);
  }
}
