// Composes this subgraph with another that refers to its collectivités, and prints what composition found as JSON.
import { readFileSync } from "node:fs";
import { composeServices } from "@apollo/composition";
import { parse } from "graphql";

const NEIGHBOUR = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
  type Query { weather: [Weather!]! }
  type Weather { collectivite: Collectivite! contribution: Contribution degrees: Float! }
  type Collectivite @key(fields: "inseeCode") { inseeCode: String weather: Weather }
  type Contribution @key(fields: "id") { id: ID! }
`;

const services = [["parvis", readFileSync(0, "utf8")], ["weather", NEIGHBOUR]];
const { errors = [], hints = [], supergraphSdl = "" } = composeServices(
  services.map(([name, sdl]) => ({ name, url: `http://${name}.invalid`, typeDefs: parse(sdl) })),
);
console.log(JSON.stringify({
  errors: errors.map(({ message }) => message),
  hints: hints.map(({ message, definition }) => `${definition.code}: ${message}`),
  supergraph: supergraphSdl,
}));
