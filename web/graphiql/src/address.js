// What a link to /graphiql may say: the operation in the query string, an access token in the fragment.

/**
 * The operation that a link carries. Without a query everything is undefined, so that GraphiQL restores
 * the reader's own last tabs; with one, absent variables are empty rather than those of another tab.
 */
export function readAddress(location) {
  const parameters = new URLSearchParams(location.search);
  const query = parameters.get("query") ?? undefined;
  const absent = query === undefined ? undefined : "";
  return {
    query,
    variables: indented(parameters.get("variables")) ?? absent,
    operationName: parameters.get("operationName"),
  };
}

/**
 * The access token of `#token=…`, removed from the address at once: a fragment is never sent to a server,
 * but it would stay in the history and in every copied link.
 */
export function takeToken({ location, history }) {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token === null) return undefined;
  history.replaceState(null, "", location.pathname + location.search);
  return token;
}

/** JSON on several lines; text that is not JSON is shown as it came, so that the reader can mend it. */
function indented(text) {
  if (text === null) return undefined;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
