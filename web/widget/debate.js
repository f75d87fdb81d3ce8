// <parvis-debate>: a question, what people think of it, and the best arguments of both sides.
import { html, nothing } from "lit";

import debateDocument from "./document/debate.graphql";
import newestDocument from "./document/newest_debate.graphql";
import { VotingWidget, isOpenTo } from "./voting.js";

const EXCERPT = 180;
const SIDES = ["for", "against"];

export class Debate extends VotingWidget {
  isSet(activity) {
    return Boolean(this.contribution || activity);
  }

  fetched(activity) {
    if (this.contribution) return this.ask(debateDocument, { contribution: this.contribution });
    return this.ask(newestDocument, { activity });
  }

  get #debated() {
    return this.data.contribution ?? this.data.activity?.contributions.nodes[0];
  }

  get voted() {
    const question = this.#debated;
    return [question, ...SIDES.flatMap((side) => question[side]?.nodes ?? [])];
  }

  content() {
    const question = this.#debated;
    if (!question) return this.gone();
    const isOpinion = question.activity.voteMethod === "OPINION";
    const mayVote = isOpinion && isOpenTo(question.activity);
    const address = this.address(`/contribution/${question.id}`);
    return html`${this.heading(html`<a data-first href=${address}>${question.title}</a>`)}
      <p class="body" dir="auto">${excerpt(question.body)}</p>
      ${isOpinion && question.tally ? this.#shares(question.tally) : nothing}
      ${mayVote ? this.opinions(question) : nothing}
      ${question.debate ? this.#sides(question, mayVote) : nothing}
      <div class="foot">${mayVote ? this.account() : nothing}<a href=${`${address}#arguments`}>${this.say("argue")}</a></div>`;
  }

  #shares({ forCount, mixedCount, againstCount }) {
    const all = forCount + mixedCount + againstCount;
    if (!all) return nothing;
    const share = Math.round((100 * forCount) / all);
    return html`<p class="note">${this.say("agree", { share, count: all })}</p>
      <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="yes" width=${(100 * forCount) / all} height="4"></rect>
        <rect class="so" x=${(100 * forCount) / all} width=${(100 * mixedCount) / all} height="4"></rect></svg>`;
  }

  #sides(question, mayVote) {
    return html`<div class="sides">${SIDES.map((side) => {
      const count = question.debate[`${side}Count`];
      return html`<section aria-label=${this.say(`${side}_side`, { count })}>
        <p class="side" role="heading" aria-level=${this.level + 1}>${this.say(`${side}_side`, { count })}</p>
        ${count ? html`<ul>${question[side].nodes.map((one) => this.#argument(one, mayVote))}</ul>` : html`<p class="note">${this.say("no_argument")}</p>`}
      </section>`;
    })}</div>`;
  }

  #argument(one, mayVote) {
    const who = one.expert ? `${one.expert.name}, ${one.expert.function}` : one.author?.name;
    return html`<li>
      <span class="name" dir="auto"><a href=${this.address(`/contribution/${one.id}`)}>${one.title}</a></span>
      <span class="body" dir="auto">${excerpt(one.body)}</span>
      ${who ? html`<span class="tags">${this.say("by", { name: who })}</span>` : nothing}
      ${mayVote ? html`<span class="verbs">${this.opinion(one, "FOR", one.title)}</span>` : nothing}
    </li>`;
  }
}

/** The beginning of a text, cut between words. */
function excerpt(text) {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length <= EXCERPT ? flat : `${flat.slice(0, EXCERPT).replace(/\s\S*$/, "")}…`;
}
