// Builds the portal's style sheet, script and fonts into ../static/portal, named by their content: `npm run build`.
import { createHash } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { build } from "esbuild";

import { digestOf, recorded } from "./record.mjs";

const OUTPUT = fileURLToPath(new URL("../static/portal/", import.meta.url));
/** What templates call a file, and what it is made from; named for the output by its key. */
const ENTRIES = {
  portal: ["portal.css", "../style/portal.css"],
  dashboard: ["dashboard.css", "../style/dashboard.css"],
  analysis: ["analysis.css", "../style/analysis.css"],
  paper: ["paper.css", "../style/paper.css"],
  script: ["portal.js", "../island/portal.js"],
  outline: ["outline.js", "../island/outline.js"],
  plan: ["plan.js", "../island/plan.js"],
  sheet: ["plan.css", "../style/plan.css"],
  worker: ["worker.js", "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs"],
};
/** The script of pages on other sites: one classic script, which needs no CORS and no policy for modules. */
const WIDGET = "../widget/main.js";
/** What the server knows widgets' documents by. */
const RECORD = new URL("../widget/record.json", import.meta.url);
const DOCUMENTS = new URL("../widget/document/", import.meta.url);
/** Fragments that documents of widgets share, by their names. */
const PARTS = new URL("../widget/document/part/", import.meta.url);
const parts = {};
for (const name of await readdir(PARTS)) {
  const text = await readFile(new URL(name, PARTS), "utf8");
  parts[/^fragment (\w+) on /.exec(text)[1]] = text;
}
/** A document, and behind it each fragment that it or one of these spreads, in the order in which they are named. */
function whole(text) {
  const texts = [text];
  const named = new Set();
  for (const one of texts) {
    for (const [, name] of one.matchAll(/\.\.\.(\w+)/g)) {
      if (named.has(name)) continue;
      named.add(name);
      texts.push(parts[name]);
    }
  }
  return texts.join("\n");
}
/** A document is its digest, which the server finds in the record. */
const digests = {
  name: "digests",
  setup({ onLoad }) {
    onLoad({ filter: /\.graphql$/ }, async ({ path }) => {
      return { contents: JSON.stringify(digestOf(whole(await readFile(path, "utf8")))), loader: "json" };
    });
  },
};
/** What `portal/font.py` calls a file, and its package. */
const FONTS = {
  title: "bricolage-grotesque",
  text: "atkinson-hyperlegible-next",
  archivo: "archivo",
  bitter: "bitter",
  figtree: "figtree",
  fraunces: "fraunces",
  lora: "lora",
  nunito: "nunito",
  outfit: "outfit",
  "space-grotesk": "space-grotesk",
};
const FAMILY = new URL("node_modules/@fontsource-variable/", import.meta.url);

await rm(OUTPUT, { recursive: true, force: true });
const SHARED = {
  bundle: true,
  minify: true,
  metafile: true,
  outdir: OUTPUT,
  nodePaths: [fileURLToPath(new URL("node_modules", import.meta.url))],
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  entryNames: "[name]-[hash]",
  legalComments: "none",
  logLevel: "warning",
};
const done = await build({
  ...SHARED,
  format: "esm",
  entryPoints: Object.fromEntries(Object.entries(ENTRIES).map(([name, [, path]]) => [name, path])),
});
const widget = await build({ ...SHARED, format: "iife", entryPoints: { widget: WIDGET }, plugins: [digests] });

const texts = [];
for (const name of (await readdir(DOCUMENTS)).filter((each) => each.endsWith(".graphql")).sort()) {
  texts.push(whole(await readFile(new URL(name, DOCUMENTS), "utf8")));
}
const today = new Date().toISOString().slice(0, 10);
const record = recorded(JSON.parse(await readFile(RECORD, "utf8")), texts, today);
await writeFile(RECORD, `${JSON.stringify(record, null, 2)}\n`);

/** What templates call a file, and what it is called. */
const manifest = {};
for (const path of Object.keys(done.metafile.outputs)) {
  const name = basename(path);
  for (const [key, [use]] of Object.entries(ENTRIES)) {
    if (name.startsWith(`${key}-`)) manifest[use] = name;
  }
}

manifest["widget.js"] = basename(Object.keys(widget.metafile.outputs)[0]);

/** Beside each text the same, compressed as well as can be, once: the server only hands it over. */
for (const name of await readdir(OUTPUT)) {
  if (!/\.(css|js)$/.test(name)) continue;
  const text = await readFile(join(OUTPUT, name));
  await writeFile(join(OUTPUT, `${name}.gz`), gzipSync(text, { level: 9 }));
  await writeFile(join(OUTPUT, `${name}.br`), brotliCompressSync(text));
}

const licences = [];
for (const [use, family] of Object.entries(FONTS)) {
  const file = `${family}-latin-wght-normal`;
  const bytes = await readFile(new URL(`${family}/files/${file}.woff2`, FAMILY));
  const name = `${file}-${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}.woff2`;
  manifest[`${use}.woff2`] = name;
  await writeFile(join(OUTPUT, name), bytes);
  licences.push(`${family}\n\n${await readFile(new URL(`${family}/LICENSE`, FAMILY), "utf8")}`);
}
await writeFile(join(OUTPUT, "manifest.json"), `${JSON.stringify(manifest, Object.keys(manifest).sort(), 2)}\n`);
await writeFile(join(OUTPUT, "FONT_LICENCES.txt"), licences.join("\n\n"));
const maplibre = await readFile(new URL("node_modules/maplibre-gl/LICENSE.txt", import.meta.url), "utf8");
const lit = await readFile(new URL("node_modules/lit/LICENSE", import.meta.url), "utf8");
await writeFile(join(OUTPUT, "SCRIPT_LICENCES.txt"), `maplibre-gl\n\n${maplibre}\n\nlit\n\n${lit}`);
