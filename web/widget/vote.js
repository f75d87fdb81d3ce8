// <parvis-vote>: an activity's proposals with their votes, cast here one by one; whole ballots are filled in at the portal.
import { html, nothing } from "lit";

import castDocument from "./document/cast.graphql";
import voteDocument from "./document/vote.graphql";
import withdrawDocument from "./document/withdraw.graphql";
import { MemberWidget } from "./member.js";
import { day, euros, number } from "./word.js";

const FIRST = 10;
const OPINIONS = ["FOR", "MIXED", "AGAINST"];

export class Vote extends MemberWidget {
  fetched(activity, after = null) {
    return this.ask(voteDocument, { activity, first: this.first || FIRST, after });
  }

  listed(data) {
    return data.activity?.contributions;
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

  #state({ isOpen, doings, closesAt }) {
    if (!isOpen || !doings.includes("VOTE")) return html`<p class="note">${this.say("closed")}</p>`;
    return closesAt ? html`<p class="note">${this.say("until", { date: day(this.language, closesAt) })}</p>` : nothing;
  }

  /** Whether one votes here, one by one, without more than having signed in. */
  #isHere({ isOpen, doings, voteMethod, voteRule, proofRule }) {
    const isAlone = ["SUPPORT", "OPINION"].includes(voteMethod) && !voteRule;
    return isOpen && doings.includes("VOTE") && isAlone && (!proofRule || proofRule.levels.includes("EMAIL"));
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
      return html`<button type="button" aria-pressed=${Boolean(mine)} @click=${() => this.#vote(node, "SUPPORT", Boolean(mine))}
        >${text}<span class="hidden"> – ${node.title}</span></button>`;
    }
    return html`<div class="verbs" role="group" aria-label=${this.say("opinion", { title: node.title })}>
      ${OPINIONS.map(
        (choice) => html`<button type="button" aria-pressed=${mine === choice}
          @click=${() => this.#vote(node, choice, mine === choice)}
          >${this.say(choice)}&nbsp;<b>${number(this.language, node.tally[`${choice.toLowerCase()}Count`])}</b></button>`,
      )}
    </div>`;
  }

  async #vote(node, choice, isWithdrawn) {
    const input = isWithdrawn ? { contribution: node.id } : { contribution: node.id, choice };
    const again = () => this.#vote(node, choice, false);
    const payload = await this.change(isWithdrawn ? withdrawDocument : castDocument, input, again);
    if (!payload) return;
    const { id, tally, viewerVote } = payload.contribution;
    const shown = this.listed(this.data).nodes.find((other) => other.id === id);
    if (shown) Object.assign(shown, { tally, viewerVote });
    const said = isWithdrawn ? "told_withdrawn" : choice === "SUPPORT" ? "told_support" : "told_opinion";
    this.told = this.say(said, { title: node.title });
    this.requestUpdate();
  }
}
