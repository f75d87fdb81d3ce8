// Builds the portal's style sheet and script into ../static/portal, named by their content: `npm run build`.
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { build } from "esbuild";

const OUTPUT = fileURLToPath(new URL("../static/portal/", import.meta.url));
/** What templates call a file, and what it is made from; named for the output by its key. */
const ENTRIES = {
  portal: ["portal.css", "../style/portal.css"],
  dashboard: ["dashboard.css", "../style/dashboard.css"],
  script: ["portal.js", "../island/portal.js"],
};
const FONTS = {
  "title.woff2": "bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2",
  "text.woff2": "atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
};

/** Style sheets name fonts by what they are for; the packages' files are found here. */
const fonts = {
  name: "fonts",
  setup({ onResolve }) {
    onResolve({ filter: /^font:/ }, ({ path }) => ({
      path: fileURLToPath(new URL(`node_modules/@fontsource-variable/${FONTS[path.slice(5)]}`, import.meta.url)),
    }));
  },
};

await rm(OUTPUT, { recursive: true, force: true });
const done = await build({
  bundle: true,
  minify: true,
  metafile: true,
  outdir: OUTPUT,
  target: ["es2022", "chrome111", "firefox113", "safari16.4"],
  format: "esm",
  entryPoints: Object.fromEntries(Object.entries(ENTRIES).map(([name, [, path]]) => [name, path])),
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
  legalComments: "none",
  plugins: [fonts],
  logLevel: "warning",
});

/** What templates call a file, and what it is called. */
const manifest = {};
for (const path of Object.keys(done.metafile.outputs)) {
  const name = basename(path);
  for (const [key, [use]] of Object.entries(ENTRIES)) {
    if (name.startsWith(`${key}-`)) manifest[use] = name;
  }
  for (const [use, file] of Object.entries(FONTS)) {
    if (name.startsWith(basename(file, ".woff2"))) manifest[use] = name;
  }
}
await writeFile(join(OUTPUT, "manifest.json"), `${JSON.stringify(manifest, Object.keys(manifest).sort(), 2)}\n`);

/** Beside each text the same, compressed as well as can be, once: the server only hands it over. */
for (const name of await readdir(OUTPUT)) {
  if (!/\.(css|js)$/.test(name)) continue;
  const text = await readFile(join(OUTPUT, name));
  await writeFile(join(OUTPUT, `${name}.gz`), gzipSync(text, { level: 9 }));
  await writeFile(join(OUTPUT, `${name}.br`), brotliCompressSync(text));
}

const licences = [];
for (const name of ["bricolage-grotesque", "atkinson-hyperlegible-next"]) {
  licences.push(await readFile(new URL(`node_modules/@fontsource-variable/${name}/LICENSE`, import.meta.url), "utf8"));
}
await writeFile(join(OUTPUT, "FONT_LICENCES.txt"), licences.join("\n\n"));
