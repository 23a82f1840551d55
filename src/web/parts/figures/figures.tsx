import type { ComponentChildren } from "preact";
import "./figures.css";

/** One thing in a number. `key`: what tells it from the others. */
export interface Figure {
  readonly key: string;
  readonly title: string;
  readonly value: ComponentChildren;
}

/** A few numbers that say how things are, above what they are made of. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl class="figures">
      {figures.map(({ key, title, value }) => (
        <div key={key}>
          <dt>{title}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
