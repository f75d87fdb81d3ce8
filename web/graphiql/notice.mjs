// Writes the licences of every bundled package into one file beside the scripts.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const RULE = "-".repeat(78);
const PACKAGE_FOLDER = /^node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/;
const LICENCE_FILE = /^(licen[cs]e|notice|thirdpartynotices)([.-].*)?$/i;

/** For the packages that declare the MIT licence and ship no text of it. */
const MIT_TEXT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this
software and associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to
the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT
LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO
EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN
AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE
OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The line by which a file copied into a package names its own licence. */
const BANNER = /^\/\*! @license (.+) \*\//;

export async function writeNotices(folder, metafiles) {
  const files = bundledFiles(metafiles);
  const packages = [...new Set(files.map((file) => PACKAGE_FOLDER.exec(file)[0]))];
  const notices = [
    "Software bundled in this folder, with its licences.\n",
    ...new Set(await Promise.all(packages.map(notice))),
    await copiedFilesNotice(files),
  ];
  await writeFile(join(folder, "THIRD_PARTY_NOTICES.txt"), notices.join(`\n${RULE}\n`));
}

/** The files of packages that have at least one byte in an output, sorted. */
function bundledFiles(metafiles) {
  const inputs = metafiles
    .flatMap((metafile) => Object.values(metafile.outputs))
    .flatMap((output) => Object.entries(output.inputs))
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && PACKAGE_FOLDER.test(path))
    .map(([path]) => path);
  return [...new Set(inputs)].sort();
}

/** Packages hold copies of other works (Monaco has DOMPurify) that their own notices may leave out. */
async function copiedFilesNotice(files) {
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const banners = texts.map((text) => BANNER.exec(text)?.[1]).filter(Boolean);
  const title = "Copied into the packages above (the text of the Apache License 2.0 stands there)";
  return [title, "", ...banners, ""].join("\n");
}

async function notice(folder) {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => LICENCE_FILE.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  const body = texts.length ? texts.map((text) => text.trim()).join("\n\n") : declaredLicence(manifest);
  return `${manifest.name} ${manifest.version} (${manifest.license})\n\n${body.replaceAll("\r\n", "\n")}\n`;
}

function declaredLicence({ name, license, author }) {
  if (license !== "MIT") throw new Error(`${name} ships no licence text: add one for ${license}`);
  return `Copyright (c) ${author?.name ?? author ?? `the authors of ${name}`}\n\n${MIT_TEXT}`;
}
