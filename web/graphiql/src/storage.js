// The browser's storage without request headers: GraphiQL's history would keep them, and with them tokens.

/** A view of `storage` that leaves every `headers` out of what is written; other text is written as it is. */
export function withoutHeaders(storage) {
  return {
    get length() {
      return storage.length;
    },
    getItem: (key) => storage.getItem(key),
    removeItem: (key) => storage.removeItem(key),
    clear: () => ownKeys(storage).forEach((key) => storage.removeItem(key)),
    setItem: (key, value) => storage.setItem(key, HISTORY_KEY.test(key) ? stripped(value) : value),
  };
}

const HISTORY_KEY = /^graphiql:(queries|favorites)$/;

/** The keys that GraphiQL wrote: the rest of this origin's storage belongs to the portal. */
function ownKeys(storage) {
  return Object.keys(storage).filter((key) => key.startsWith("graphiql:"));
}

function stripped(json) {
  return JSON.stringify(JSON.parse(json), (key, value) => (key === "headers" ? undefined : value));
}
