// Bundles GraphiQL into ../static/graphiql: `npm run build`.
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

import { writeNotices } from "./notice.mjs";

const OUTPUT = fileURLToPath(new URL("../static/graphiql/", import.meta.url));

/** Modules that GraphiQL asks for by name, and what it gets. */
const ALIASES = {
  "prettier/plugins/estree": "./src/json-format.js",
  "prettier/parser-babel": "./src/json-format.js",
  // This name leads to a script without named exports, which `import()` cannot read once bundled.
  "prettier/parser-graphql": "prettier/plugins/graphql",
};

/** Puts our short list of editor parts in the place of the module that loads all of them. */
const fewerEditorParts = {
  name: "fewer-editor-parts",
  setup({ onResolve }) {
    onResolve({ filter: /(^\.|^monaco-graphql\/esm)\/monaco-editor(\.js)?$/ }, () => ({
      path: fileURLToPath(new URL("src/monaco.js", import.meta.url)),
    }));
  },
};

const SHARED = {
  bundle: true,
  minify: true,
  metafile: true,
  outdir: OUTPUT,
  target: "es2022",
  // The licences of everything bundled are written to one file, so the scripts carry no banners.
  legalComments: "none",
  // graphql asks for `globalThis.process` before it reads the mode; without it, it runs its slow checks.
  define: { "process.env.NODE_ENV": '"production"', "globalThis.process": "true" },
  alias: ALIASES,
  loader: { ".ttf": "file" },
  logLevel: "warning",
};

/** The style sheets of the parts loaded later are already in graphiql.css, and nothing asks for them. */
async function removeUnusedStyles(metafile) {
  const chunks = Object.keys(metafile.outputs).filter((path) => /^chunk-.*\.css$/.test(basename(path)));
  await Promise.all(chunks.map((path) => rm(join(OUTPUT, basename(path)))));
}

await rm(OUTPUT, { recursive: true, force: true });
const page = await build({
  ...SHARED,
  entryPoints: { graphiql: "src/main.jsx" },
  format: "esm",
  splitting: true,
  jsx: "automatic",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]",
  plugins: [fewerEditorParts],
});
const workers = await build({
  ...SHARED,
  entryPoints: {
    "editor.worker": "monaco-editor/esm/vs/editor/editor.worker.js",
    "json.worker": "monaco-editor/esm/vs/language/json/json.worker.js",
    "graphql.worker": "monaco-graphql/esm/graphql.worker.js",
  },
  format: "iife",
});
await removeUnusedStyles(page.metafile);
await writeNotices(OUTPUT, [page.metafile, workers.metafile]);
