// A city's subgraphs: Parvis, equipment in Node, road works in Python; started, and composed into one supergraph.
import { spawn } from "node:child_process";
import dns from "node:dns";
import { fileURLToPath } from "node:url";

import { serveEquipment } from "./equipment.mjs";
import { asked, supergraph } from "./supergraph.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

// Names under .localhost are this machine (RFC 6761, 6.3); Node leaves that to the system, which may not know it.
const { lookup } = dns;
dns.lookup = (name, ...rest) => lookup(name.endsWith(".localhost") ? "127.0.0.1" : name, ...rest);

/** What `act` gives, tried for ten seconds: a subgraph may be starting. */
async function begun(act) {
  for (let left = 40; ; left--) {
    try {
      return await act();
    } catch (error) {
      if (!left) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

/** Starts all but Parvis. Gives the supergraph's SDL, and `headers`: those for Parvis in a client's name. */
export async function city(settings) {
  const { PARVIS_URL, PARVIS_ROUTER_TOKEN, PYTHON = "python3", WORKS_PORT = "4002", EQUIPMENT = here("equipment.json") } = settings;
  if (!PARVIS_URL || !PARVIS_ROUTER_TOKEN) throw new Error("PARVIS_URL and PARVIS_ROUTER_TOKEN are wanted");
  const parvis = { name: "parvis", url: PARVIS_URL, headers: { authorization: `Bearer ${PARVIS_ROUTER_TOKEN}` } };
  const { zones } = await asked(parvis, "{ zones { id name } }");
  const named = Object.fromEntries(zones.map(({ id, name }) => [name, id]));
  const equipment = await serveEquipment(EQUIPMENT, named);
  const works = spawn(PYTHON, [here("works.py"), WORKS_PORT, JSON.stringify(named)], { stdio: "inherit" });
  process.once("exit", () => works.kill());
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(0));
  const others = [
    { name: "equipment", url: equipment.url },
    { name: "works", url: `http://127.0.0.1:${WORKS_PORT}/` },
  ];
  return {
    sdl: await begun(() => supergraph([parvis, ...others])),
    /** A person's own right goes on to Parvis alone, and the router shows its own beside it. */
    headers: (authorization) =>
      authorization ? { authorization, "parvis-router": PARVIS_ROUTER_TOKEN } : parvis.headers,
  };
}
