import type { ComponentChildren, HTMLAttributes } from "preact";

/**
 * The rows and cells of a list that is too long for a table: those alone are there that are seen. The list has the keyboard's
 * focus, and says which of its rows is meant.
 */

type Attributes = Omit<HTMLAttributes<HTMLElement>, "ref"> & { readonly children?: ComponentChildren };

export function GridRow(attributes: Attributes) {
  // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useSemanticElements: see above
  return <div role="row" {...attributes} />;
}

export function GridCell(attributes: Attributes) {
  // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useSemanticElements: see above
  return <span role="gridcell" {...attributes} />;
}

export function GridTitle(attributes: Attributes) {
  // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useSemanticElements: see above
  return <span role="columnheader" {...attributes} />;
}
