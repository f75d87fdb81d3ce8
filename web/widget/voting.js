// Votes one by one, cast and withdrawn in the widget: what is shown of a contribution is what the answer says of it.
import { html } from "lit";

import castDocument from "./document/cast.graphql";
import withdrawDocument from "./document/withdraw.graphql";
import { MemberWidget } from "./member.js";
import { number } from "./word.js";

const OPINIONS = ["FOR", "MIXED", "AGAINST"];

/** Whether anybody who has signed in may vote in an activity now, without a further proof. */
export function isOpenTo({ isOpen, doings, proofRule }) {
  return isOpen && doings.includes("VOTE") && (!proofRule || proofRule.levels.includes("EMAIL"));
}

export class VotingWidget extends MemberWidget {
  opinions(node) {
    return html`<div class="verbs" role="group" aria-label=${this.say("opinion", { title: node.title })}>
      ${OPINIONS.map((choice) => this.opinion(node, choice))}
    </div>`;
  }

  /** A button with one choice and how many made it; `name` says whose it is where it stands alone. */
  opinion(node, choice, name = "") {
    const isMine = node.viewerVote?.choice === choice;
    const count = number(this.language, node.tally[`${choice.toLowerCase()}Count`]);
    return html`<button type="button" aria-pressed=${isMine} @click=${() => this.vote(node, choice, isMine)}
      >${this.say(choice)}&nbsp;<b>${count}</b>${name && html`<span class="hidden"> – ${name}</span>`}</button>`;
  }

  async vote(node, choice, isWithdrawn) {
    const input = isWithdrawn ? { contribution: node.id } : { contribution: node.id, choice };
    const again = () => this.vote(node, choice, false);
    const payload = await this.change(isWithdrawn ? withdrawDocument : castDocument, input, again);
    if (!payload) return;
    const { id, tally, viewerVote } = payload.contribution;
    for (const shown of this.voted.filter((other) => other.id === id)) Object.assign(shown, { tally, viewerVote });
    const said = isWithdrawn ? "told_withdrawn" : choice === "SUPPORT" ? "told_support" : "told_opinion";
    this.told = this.say(said, { title: node.title });
    this.requestUpdate();
  }
}
