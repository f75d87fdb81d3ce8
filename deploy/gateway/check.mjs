// Says what a contract of Parvis, as SDL, would break of the city's supergraph: nothing, or a line each and a failure.
//   node check.mjs ../../schema/schema.graphql
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { composeServices } from "@theguild/federation-composition";
import { parse } from "graphql";

import { TYPES } from "./equipment.mjs";

const works = fileURLToPath(new URL("works.py", import.meta.url));
const { errors = [] } = composeServices([
  { name: "parvis", typeDefs: parse(readFileSync(process.argv[2], "utf8")) },
  { name: "equipment", typeDefs: TYPES },
  { name: "works", typeDefs: parse(execFileSync(process.env.PYTHON ?? "python3", [works, "sdl"], { encoding: "utf8" })) },
]);
for (const { message } of errors) console.log(message);
process.exitCode = errors.length ? 1 : 0;
