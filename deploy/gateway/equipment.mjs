// A city's own subgraph: its equipment with opening hours, beside the zones and the commune that Parvis knows.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphql, parse } from "graphql";

export const TYPES = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])

  type Query {
    "All equipment of the city."
    equipment: [Equipment!]!
  }

  "A place that the city runs."
  type Equipment @key(fields: "id") {
    id: ID!
    name: String!
    "In words, as on its door."
    openingHours: [String!]!
    zone: Zone
  }

  type Zone @key(fields: "id") {
    id: ID!
    equipment: [Equipment!]!
  }

  type Collectivite @key(fields: "inseeCode") {
    inseeCode: String @shareable
    equipment: [Equipment!]!
  }
`);

/** An equipment subgraph over a file. `zones` has the ids of the portal's zones by their names. */
export function serveEquipment(file, zones, port = 0) {
  const all = JSON.parse(readFileSync(file, "utf8")).map((row) => ({ ...row, zone: zones[row.zone] && { id: zones[row.zone] } }));
  const schema = buildSubgraphSchema({
    typeDefs: TYPES,
    resolvers: {
      Query: { equipment: () => all },
      Equipment: { __resolveReference: ({ id }) => all.find((one) => one.id === id) },
      Zone: { equipment: ({ id }) => all.filter((one) => one.zone?.id === id) },
      Collectivite: { equipment: ({ inseeCode }) => all.filter((one) => one.inseeCode === inseeCode) },
    },
  });
  const server = createServer(async (request, response) => {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const { query: source, variables: variableValues } = JSON.parse(Buffer.concat(pieces).toString() || "{}");
    const answer = await graphql({ schema, source: source ?? "", variableValues });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer));
  });
  return listening(server, port);
}

/** The server once it listens on loopback, and its address. */
export function listening(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve({ server, url: `http://127.0.0.1:${server.address().port}/graphql` }));
  });
}
