// Starts a city's supergraph behind Hive Gateway.
//   PARVIS_URL=https://participer.ville.fr/graphql PARVIS_ROUTER_TOKEN=… npm start
import { createServer } from "node:http";

import { createGatewayRuntime } from "@graphql-hive/gateway-runtime";

import { city } from "./city.mjs";
import { listening } from "./equipment.mjs";

const { sdl, headers } = await city(process.env);
const gateway = createGatewayRuntime({
  supergraph: sdl,
  batching: true,
  propagateHeaders: {
    fromClientToSubgraphs: ({ request, subgraphName }) =>
      subgraphName === "parvis" ? headers(request.headers.get("authorization")) : {},
  },
});
const { url } = await listening(createServer(gateway), Number(process.env.PORT ?? 4000));
console.log(url);
