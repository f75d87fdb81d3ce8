// Mounts GraphiQL on the page /graphiql, filled in from the page's own address.
import "graphiql/graphiql.css";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "./parvis.css";
import "./worker.js";

import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import { readAddress, takeToken } from "./address.js";
import { Brand } from "./brand.jsx";
import { createFetcher } from "./fetcher.js";
import { withoutHeaders } from "./storage.js";

const container = document.getElementById("graphiql");
const { query, variables, operationName } = readAddress(window.location);
const token = takeToken(window);

createRoot(container).render(
  <GraphiQL
    fetcher={createFetcher(container.dataset.endpoint)}
    initialQuery={query}
    initialVariables={variables}
    initialHeaders={token && JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2)}
    defaultQuery={container.dataset.welcome}
    defaultEditorToolsVisibility={token ? "headers" : variables ? "variables" : undefined}
    // Headers hold access tokens: they stay in memory, also those of the history.
    shouldPersistHeaders={false}
    storage={withoutHeaders(window.localStorage)}
    schemaDescription
    inputValueDeprecation
  >
    <GraphiQL.Logo>
      <Brand operationName={operationName} />
    </GraphiQL.Logo>
  </GraphiQL>,
);
