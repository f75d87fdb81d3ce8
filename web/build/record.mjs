// The record of widgets' documents, ../widget/record.json: pages elsewhere run the script that they have loaded, for days
// after a release has another one. The server answers by this record what any of those scripts names.
import { createHash } from "node:crypto";

/** How long a document is known after the last script that named it. */
export const KEPT_DAYS = 90;
const DAY_MS = 86_400_000;

/** The SHA-256 of a text, hexadecimal. */
export const digestOf = (text) => createHash("sha256").update(text).digest("hex");

/**
 * What is known after a build: today's documents, and those before them that are not too old.
 * @param before by digest, the `text` and the day since when no script names it (`until`), null while today's does
 * @param texts today's documents
 * @param today a day, as 2027-06-15
 */
export function recorded(before, texts, today) {
  const known = {};
  for (const text of texts) known[digestOf(text)] = { text, until: null };
  for (const [digest, { text, until }] of Object.entries(before)) {
    const age = until ? (Date.parse(today) - Date.parse(until)) / DAY_MS : 0;
    if (!(digest in known) && age <= KEPT_DAYS) known[digest] = { text, until: until ?? today };
  }
  return Object.fromEntries(Object.entries(known).sort(([one], [other]) => (one < other ? -1 : 1)));
}
