// Runs the audits of GraphQL over HTTP against a server and prints their results as JSON.
// Usage: node audit.mjs http://127.0.0.1:8000/graphql rennes.localhost

import { request } from "node:http";

import { auditServer } from "graphql-http";

const [url, host] = process.argv.slice(2);

/** What `fetch` does, but with a Host header of our choice, which `fetch` forbids, and no header of its own. */
function fetchFn(address, { method = "GET", headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const sent = request(address, { method, headers: { ...headers, host } }, async (received) => {
      const parts = await received.toArray();
      resolve(new Response(Buffer.concat(parts), { status: received.statusCode, headers: received.headers }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const results = await auditServer({ url, fetchFn });
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
