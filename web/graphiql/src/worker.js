// Tells the editor where its workers are: files beside this script, so that no blob: address is needed.
const FILE_BY_LANGUAGE = { graphql: "graphql.worker.js", json: "json.worker.js" };

globalThis.MonacoEnvironment = {
  getWorker(_id, language) {
    const file = FILE_BY_LANGUAGE[language] ?? "editor.worker.js";
    return new Worker(new URL(file, import.meta.url));
  },
};
