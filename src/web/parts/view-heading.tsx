import type { ComponentChildren } from "preact";
import "./view-heading.css";

/** How a view is called, and what is at its right. The keyboard goes there when the view is chosen. */
export function ViewHeading({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <header class="view-heading">
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </header>
  );
}
