import "./line-mark.css";

/** Pixels of lines and gaps: what tells lines apart without their colours. */
export const DASHES: readonly (readonly number[])[] = [
  [],
  [8, 4],
  [2, 3],
  [10, 3, 2, 3],
  [5, 5],
  [14, 4],
  [2, 6],
  [6, 2],
];

/** The name of the colour of a line among the variables of the style. */
export function colourOf(index: number): string {
  return `--line-${(index % DASHES.length) + 1}`;
}

export function dashOf(index: number): readonly number[] {
  return DASHES[index % DASHES.length] ?? [];
}

/** How a line of the chart looks. */
export function LineMark({ index }: { readonly index: number }) {
  return (
    <svg class={`line-mark line-mark-${(index % DASHES.length) + 1}`} viewBox="0 0 28 4" aria-hidden="true">
      <path d="M0 2h28" stroke-dasharray={dashOf(index).join(" ")} />
    </svg>
  );
}
