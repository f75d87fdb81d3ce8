// Composes this subgraph with another that refers to its collectivités, and prints what composition found as JSON.
// Usage: node compose.mjs apollo|cosmo < subgraph.graphql
import { readFileSync } from "node:fs";
import { composeServices } from "@apollo/composition";
import { federateSubgraphs, ROUTER_COMPATIBILITY_VERSION_ONE } from "@wundergraph/composition";
import { parse, print } from "graphql";

const NEIGHBOUR = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
  type Query { weather: [Weather!]! }
  type Weather { collectivite: Collectivite! contribution: Contribution degrees: Float! }
  type Collectivite @key(fields: "inseeCode") { inseeCode: String weather: Weather }
  type Contribution @key(fields: "id") { id: ID! }
`;

const messages = (found = []) => found.map(({ message }) => message);
const composers = {
  /** As Apollo's router has it. */
  apollo(subgraphs) {
    const { errors, hints = [], supergraphSdl = "" } = composeServices(
      subgraphs.map(({ name, url, definitions }) => ({ name, url, typeDefs: definitions })),
    );
    const told = hints.map(({ message, definition }) => `${definition.code}: ${message}`);
    return { errors: messages(errors), hints: told, supergraph: supergraphSdl, sizes: {} };
  },
  /** As WunderGraph Cosmo's router has it; it keeps the sizes of lists beside the supergraph. */
  cosmo(subgraphs) {
    const found = federateSubgraphs({ subgraphs, version: ROUTER_COMPATIBILITY_VERSION_ONE });
    const { errors, warnings, federatedGraphAST, subgraphConfigBySubgraphName } = found;
    const sizes = Object.fromEntries(subgraphConfigBySubgraphName?.get("parvis").costs.listSizes ?? []);
    return {
      errors: messages(errors), hints: messages(warnings), supergraph: federatedGraphAST ? print(federatedGraphAST) : "", sizes,
    };
  },
};

const subgraphs = [["parvis", readFileSync(0, "utf8")], ["weather", NEIGHBOUR]].map(
  ([name, sdl]) => ({ name, url: `http://${name}.invalid`, definitions: parse(sdl) }),
);
console.log(JSON.stringify(composers[process.argv[2]](subgraphs)));
