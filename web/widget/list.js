// <parvis-list>: the newest publications of an activity, or of the whole portal.
import { html, nothing } from "lit";

import listDocument from "./document/list.graphql";
import recentDocument from "./document/recent.graphql";
import { Widget } from "./widget.js";
import { day } from "./word.js";

const FIRST = 5;

export class List extends Widget {
  isSet() {
    return true;
  }

  fetched(activity, after = null) {
    const page = { first: this.first || FIRST, after };
    return activity ? this.ask(listDocument, { activity, ...page }) : this.ask(recentDocument, page);
  }

  listed(data) {
    return data.contributions ?? data.activity?.contributions;
  }

  content() {
    const list = this.listed(this.data);
    if (!list) return this.gone();
    const activity = this.activity || this.door.settings.activity;
    return html`${this.heading(this.data.activity?.title ?? this.say("recent"))}
      ${list.nodes.length ? html`<ul>${list.nodes.map((node) => this.#item(node))}</ul>` : html`<p>${this.say("nothing")}</p>`}
      <p class="foot">
        ${this.more(list)}
        <a href=${this.address(activity ? `/activite/${activity}` : "/annonces")}>${this.say("open")}</a>
      </p>`;
  }

  #item({ id, title, author, publishedAt, commentCount, tally }) {
    const count = tally ? tally.supportCount || tally.forCount : 0;
    return html`<li>
      <span class="name" dir="auto"><a data-first href=${this.address(`/contribution/${id}`)}>${title}</a></span>
      <span class="tags">
        ${author ? html`<span>${this.say("by", { name: author.name })}</span>` : nothing}
        <span>${day(this.language, publishedAt)}</span>
        ${count ? html`<span>${this.say("supports", { count })}</span>` : nothing}
        ${commentCount ? html`<span>${this.say("comments", { count: commentCount })}</span>` : nothing}
      </span>
    </li>`;
  }
}
