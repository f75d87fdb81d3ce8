// A real OpenID Connect provider for the tests of signing in. Reads the tests' clients as JSON from standard input, prints
// its issuer, and signs in whom the header x-login names, at the level that x-acr names. Of `text-…` it writes the
// confirmation as a text, as some providers do.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const LIFE_S = 600;
setTimeout(() => process.exit(), LIFE_S * 1000).unref();

const keys = [];
for (const alg of ["RS256", "ES256"]) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  keys.push({ ...(await exportJWK(privateKey)), alg, use: "sig", kid: alg.toLowerCase() });
}

const CIVIL = { given_name: "Angela Claire Louise", family_name: "DUBOIS", birthdate: "1962-08-24" };

const server = createServer();
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: JSON.parse(readFileSync(0, "utf8")),
  jwks: { keys },
  cookies: { keys: ["a key of the tests"] },
  acrValues: ["eidas1", "eidas2"],
  claims: { openid: ["sub", "acr"], email: ["email", "email_verified"], profile: ["nickname"], given_name: ["given_name"], family_name: ["family_name"], birthdate: ["birthdate"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, jwtUserinfo: { enabled: true } },
  interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
  async findAccount(_context, sub) {
    const email = `${sub.replace(/^(unverified|text)-/, "")}@provider.example`;
    const isConfirmed = sub.startsWith("text-") ? "true" : !sub.startsWith("unverified-");
    const claims = { sub, email, email_verified: isConfirmed, given_name: "Claude" };
    if (sub.startsWith("citizen-")) Object.assign(claims, CIVIL);
    return { accountId: sub, claims: async () => claims };
  },
});

async function interact(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const accountId = request.headers["x-login"];
  if (accountId === undefined) {
    return provider.interactionFinished(request, response, { error: "access_denied" });
  }
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const result = { login: { accountId, acr: request.headers["x-acr"] }, consent: { grantId: await grant.save() } };
  return provider.interactionFinished(request, response, result);
}

const answer = provider.callback();
server.on("request", (request, response) =>
  request.url.startsWith("/interaction/") ? interact(request, response) : answer(request, response),
);
console.log(issuer);
