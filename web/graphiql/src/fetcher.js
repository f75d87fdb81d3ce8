// Sends operations to Parvis: queries and mutations over HTTP, subscriptions over server-sent events.
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { getOperationAST } from "graphql";
import { createClient } from "graphql-sse";

export function createFetcher(url) {
  const overHttp = createGraphiQLFetcher({ url });
  return (parameters, options) =>
    isSubscription(options?.documentAST, parameters.operationName)
      ? createClient({ url, headers: options.headers, retryAttempts: 0 }).iterate(parameters)
      : overHttp(parameters, options);
}

function isSubscription(document, operationName) {
  return Boolean(document) && getOperationAST(document, operationName)?.operation === "subscription";
}
