// Makes the supergraph of what subgraphs say of themselves.
import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";

const SDL = "{ _service { sdl } }";

/** The data of an operation. `headers` are those with which the subgraph lets a router in. */
export async function asked({ url, headers }, query) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(15_000),
  });
  const { data, errors } = await answer.json();
  if (!data) throw new Error(`${url} answers ${answer.status}: ${JSON.stringify(errors)}`);
  return data;
}

/** The supergraph as SDL, of subgraphs with a name, an address and headers. Throws what composition finds. */
export async function supergraph(subgraphs) {
  const services = await Promise.all(
    subgraphs.map(async (one) => ({ name: one.name, url: one.url, typeDefs: parse((await asked(one, SDL))._service.sdl) })),
  );
  const { supergraphSdl, errors } = composeServices(services);
  if (!supergraphSdl) throw new Error(errors.map(({ message }) => message).join("\n"));
  return supergraphSdl;
}
