/* A portal of one's own over a Parvis portal's API: urql, with documents that the contract types (gql.tada).
 *
 *     npx tsc && node portal.js https://entraide.ville.example 8080
 *
 * The types of what an operation answers, and of its variables, come from the contract: a field that is not there, or a
 * variable of another type, is an error of the compiler. Nothing is written by hand twice.
 */

import { createServer } from "node:http";

import { Client, fetchExchange } from "@urql/core";
import { initGraphQLTada, readFragment, type FragmentOf, type ResultOf } from "gql.tada";

import type { introspection } from "./contract.d.ts";

const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { DateTime: string; Latitude: number; Longitude: number; Radius: number; H3Cell: string };
}>();

const Card = graphql(`
  fragment Card on Contribution {
    id
    kind
    title
    publishedAt
    author { name }
    zone { name }
  }
`);

const List = graphql(
  `
    query List($search: String, $after: String) {
      portal { title collectivite { name } }
      contributions(search: $search, order: NEWEST, first: 10, after: $after) {
        totalCount
        nodes { ...Card }
        pageInfo { hasNextPage endCursor }
      }
    }
  `,
  [Card],
);

const One = graphql(`
  query One($id: ID!) {
    portal { title }
    contribution(id: $id) {
      title
      body
      publishedAt
      comments(first: 20) { nodes { id body } }
    }
  }
`);

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);

const page = (title: string, body: string): string =>
  `<!doctype html><html lang="fr"><meta charset="utf-8"><title>${escaped(title)}</title><main>${body}</main></html>`;

const card = (masked: FragmentOf<typeof Card>): string => {
  const it = readFragment(Card, masked);
  const by = [it.author?.name, it.zone?.name].filter((name) => name != null).map(escaped).join(" · ");
  return `<li><a href="/${encodeURIComponent(it.id)}">${escaped(it.title)}</a> <small>${by}</small></li>`;
};

const list = (data: ResultOf<typeof List>, search: string): string => {
  const { nodes, totalCount, pageInfo } = data.contributions;
  const next = new URLSearchParams({ search, after: pageInfo.endCursor ?? "" });
  const more = pageInfo.hasNextPage ? `<a rel="next" href="/?${escaped(String(next))}">Suite</a>` : "";
  const form = `<form><input name="search" value="${escaped(search)}"><button>Chercher</button></form>`;
  return page(data.portal.title, `<h1>${totalCount}</h1>${form}<ul>${nodes.map(card).join("")}</ul>${more}`);
};

const one = (data: ResultOf<typeof One>): string | null => {
  const it = data.contribution;
  if (it == null) return null;
  const replies = it.comments.nodes.map((reply) => `<li>${escaped(reply.body)}</li>`).join("");
  return page(it.title, `<h1>${escaped(it.title)}</h1><p>${escaped(it.body)}</p><ul>${replies}</ul>`);
};

const [portal = "http://rennes.localhost:8000", port = "8080"] = process.argv.slice(2);
const client = new Client({ url: `${portal}/graphql`, exchanges: [fetchExchange], preferGetMethod: false });

const answered = async (address: URL): Promise<string | null> => {
  const id = decodeURIComponent(address.pathname.slice(1));
  if (id) {
    const { data, error } = await client.query(One, { id });
    if (error != null && data == null) return null; // No such id: the contract says why in `error.graphQLErrors`.
    return data == null ? null : one(data);
  }
  const search = address.searchParams.get("search") ?? "";
  const after = address.searchParams.get("after");
  const { data, error } = await client.query(List, { search: search || null, after });
  if (data == null) throw error ?? new Error("nothing was answered");
  return list(data, search);
};

const server = createServer((request, response) => {
  answered(new URL(request.url ?? "/", "http://here")).then(
    (html) => response.writeHead(html == null ? 404 : 200, { "content-type": "text/html; charset=utf-8" }).end(html ?? ""),
    () => response.writeHead(502).end("The portal does not answer."),
  );
});
server.listen(Number(port), "127.0.0.1", () => console.log(JSON.stringify(server.address())));
