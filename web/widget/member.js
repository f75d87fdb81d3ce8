// What widgets share in which people take part: who signed in here, how to, and what waits until they have.
import { html, nothing } from "lit";

import { DoorError } from "./door.js";
import { arrivalFor, leave, open } from "./sign_in.js";
import { Widget } from "./widget.js";

export class MemberWidget extends Widget {
  static properties = { step: { state: true } };
  /** What is done once somebody has signed in. */
  #waiting = null;
  #offered = null;

  constructor() {
    super();
    this.step = "";
  }

  async load() {
    const came = this.door ? await arrivalFor(this.door.widget) : null;
    if (came?.how === "handed") this.step = "handed";
    else if (came) await this.#redeem(came.code, came.how === "asked");
    await super.load();
  }

  heard() {
    this.step = "";
    this.load();
  }

  /** Sign in, then do something. To be called in a click: browsers open windows in no other moment. */
  signIn(then = null) {
    this.#waiting = then;
    this.step = open(this.door, this.language, (code) => this.#redeem(code, true)) ? "signing_in" : "blocked";
  }

  async #redeem(code, isAsked) {
    try {
      const member = await this.door.redeem(code);
      if (isAsked) await this.#enter(member);
      else [this.#offered, this.step] = [member, "ask_who"];
    } catch (error) {
      if (!(error instanceof DoorError)) throw error;
      this.step = "expired";
    }
  }

  async #enter(member) {
    this.#offered = null;
    const then = this.#waiting;
    this.#waiting = null;
    this.door.adopt(member);
    await then?.();
  }

  /** Who signed in here, or the way to. */
  account() {
    if (this.step === "ask_who") return this.#asked();
    if (this.step === "blocked") {
      return html`<div class="box" role="alert"><p>${this.say("blocked")}</p>
        <button type="button" @click=${() => leave(this.door, this.language)}>${this.say("same_tab")}</button></div>`;
    }
    const { name } = this.door;
    return html`${this.step ? html`<p class="box" role="alert">${this.say(this.step)}</p>` : nothing}
      ${name
        ? html`<p class="note">${this.say("signed_in", { name })}
            <button type="button" class="plain" @click=${() => this.door.signOut()}>${this.say("sign_out")}</button></p>`
        : html`<button type="button" @click=${() => this.signIn()}>${this.say("sign_in")}</button>`}`;
  }

  #asked() {
    const offered = this.#offered;
    return html`<div class="box" role="alert"><p>${this.say("ask_who", { name: offered.name })}</p>
      <p class="verbs"><button type="button" class="press" @click=${() => this.#enter(offered)}>${this.say("yes")}</button>
      <button type="button" @click=${() => ([this.#offered, this.step] = [null, ""])}>${this.say("no")}</button></p></div>`;
  }

  /** Run a change as who signed in; have anybody else sign in first. Gives the payload, or null. */
  async change(document, input, again) {
    if (!this.door.name) {
      this.signIn(again);
      return null;
    }
    try {
      const [payload] = Object.values(await this.ask(document, { input }));
      if (!payload.userErrors.length) return payload;
      this.told = payload.userErrors[0].explanation;
    } catch (error) {
      if (!(error instanceof DoorError)) throw error;
      if (error.message === "signed_out") this.step = "over";
      else this.told = this.say("failed");
    }
    return null;
  }
}
