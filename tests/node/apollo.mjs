// The city's supergraph of deploy/gateway behind Apollo's gateway. Prints its address.
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";

import { city } from "../../deploy/gateway/city.mjs";

const { sdl, headers } = await city(process.env);
const gateway = new ApolloGateway({
  supergraphSdl: sdl,
  buildService: ({ name, url }) =>
    new RemoteGraphQLDataSource({
      url,
      willSendRequest({ request, context }) {
        if (name !== "parvis") return;
        for (const [key, value] of Object.entries(headers(context.authorization))) request.http.headers.set(key, value);
      },
    }),
});
const { url } = await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { port: Number(process.env.PORT), host: "127.0.0.1" },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
console.log(url);
