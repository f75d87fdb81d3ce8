// Formats JSON for GraphiQL's Prettify button: stands in for Prettier's JavaScript parser and printer,
// which GraphiQL loads for that alone and which weigh forty times as much.
import { applyEdits, format } from "jsonc-parser";

const AST_FORMAT = "formatted-json";
const INDENTATION = { insertSpaces: true, tabSize: 2, eol: "\n" };

/** Prettier's plugin interface: a "tree" of one node that holds the finished text. */
export const parsers = {
  jsonc: {
    astFormat: AST_FORMAT,
    parse: (text) => ({ text: applyEdits(text, format(text, undefined, INDENTATION)), end: text.length }),
    locStart: () => 0,
    locEnd: (node) => node.end,
  },
};

export const printers = { [AST_FORMAT]: { print: (path) => path.node.text } };
