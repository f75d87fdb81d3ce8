// The corner of the editor: the way back to the portal's page.
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useRef } from "react";

export function Brand({ operationName }) {
  useOperationOnce(operationName);
  return (
    <a className="parvis-brand" href="/" title="Retour au portail">
      <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
        <path d="M12 1.5 21.1 6.75v10.5L12 22.5 2.9 17.25V6.75Z" fill="currentColor" />
      </svg>
      Parvis
    </a>
  );
}

/**
 * Puts the cursor into the operation that the link names, once the document is parsed: Ctrl+Enter runs the
 * operation at the cursor. GraphiQL's own `operationName` property would force the name on every tab.
 */
function useOperationOnce(wanted) {
  const operations = useGraphiQL((state) => state.operations);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const { setOperationName } = useGraphiQLActions();
  const selected = useRef(false);
  useEffect(() => {
    const operation = operations?.find(({ name }) => name && name.value === wanted);
    if (selected.current || !operation || !queryEditor) return;
    selected.current = true;
    queryEditor.setPosition(queryEditor.getModel().getPositionAt(operation.loc.start));
    queryEditor.focus();
    setOperationName(wanted);
  }, [operations, queryEditor, wanted, setOperationName]);
}
