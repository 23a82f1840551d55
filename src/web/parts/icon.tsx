import "./icon.css";

/** Lines in a square of 24. */
const SHAPES = {
  alert: "M12 3 22 20H2zM12 10v4m0 3v.01",
  check: "m5 12.5 4.5 4.5L19 7.5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m0 4v5l3.5 2",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  disconnected: "M4 4l16 16M8.5 8.5a8 8 0 0 0-3 3M12 6c3 0 5.5 1.2 7.5 3.5M10 13.5a4 4 0 0 1 4.5 1M12 19v.01",
  download: "M12 4v11m-5-5 5 5 5-5M5 20h14",
  down: "m6 9 6 6 6-6",
  error: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m-3.5 5.5 7 7m0-7-7 7",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  film: "M3 5h18v14H3zM10 9v6l5-3z",
  folder: "M3 6h6l2 2h10v11H3z",
  expand: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18m0 8v5m0-8v.01",
  play: "M7 4.5v15l12-7.5z",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 20 20",
  server: "M4 4h16v7H4zM4 13h16v7H4zM7.5 7.5v.01M7.5 16.5v.01",
  up: "m6 15 6-6 6 6",
  upload: "M12 16V4m-5 5 5-5 5 5M5 20h14",
} as const;

export type IconName = keyof typeof SHAPES;

/** Beside a word: what it says is not said twice. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={SHAPES[name]} />
    </svg>
  );
}
