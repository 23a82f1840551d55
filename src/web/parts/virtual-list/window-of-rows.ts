/**
 * Pixels that something may be high: browsers draw nothing right beyond 33 million. What is higher is scrolled through in
 * larger steps.
 */
const MAX_CONTENT_HEIGHT = 16_000_000;

export interface ScrollPlace {
  /** Pixels above what is seen. */
  readonly scrollTop: number;
  /** Pixels that are seen. */
  readonly height: number;
}

/** Rows that are all of one height, of which those are made that are seen. */
export interface RowsLayout {
  readonly rowHeight: number;
  readonly count: number;
  /** Rows that are made beyond what is seen, on each side. */
  readonly overscan: number;
}

export interface RowsWindow {
  /** The first row that is made, and the one after the last. */
  readonly start: number;
  readonly end: number;
  /** Where the first one of these is, in pixels from the top of the content. */
  readonly top: number;
}

/** Pixels of all rows together, as the scroll bar sees them. */
export function contentHeight({ rowHeight, count }: Pick<RowsLayout, "rowHeight" | "count">): number {
  return Math.min(rowHeight * count, MAX_CONTENT_HEIGHT);
}

export function windowOf(layout: RowsLayout, { scrollTop, height }: ScrollPlace): RowsWindow {
  const { rowHeight, count, overscan } = layout;
  const position = rowPosition(layout, { scrollTop, height });
  const start = Math.max(0, Math.min(Math.floor(position / rowHeight), count - 1) - overscan);
  const end = Math.min(count, Math.ceil((position + height) / rowHeight) + overscan);
  // What is seen stays where it is: the rows move against the content as far as its steps are larger.
  return { start, end: Math.max(start, end), top: start * rowHeight - position + scrollTop };
}

/** Where the content must be scrolled to so that a row is seen, as little as possible. */
export function scrollTopFor(layout: RowsLayout, row: number, place: ScrollPlace): number {
  const position = rowPosition(layout, place);
  const [top, bottom] = [row * layout.rowHeight, (row + 1) * layout.rowHeight];
  if (top >= position && bottom <= position + place.height) return place.scrollTop;
  const wanted = top < position ? top : bottom - place.height;
  return Math.max(0, wanted) / stretch(layout, place.height);
}

/** How many pixels of rows what is seen first is from the first row. */
function rowPosition(layout: RowsLayout, { scrollTop, height }: ScrollPlace): number {
  return Math.max(0, scrollTop) * stretch(layout, height);
}

/** Pixels of rows for each pixel that is scrolled. */
function stretch(layout: RowsLayout, height: number): number {
  const scrollable = contentHeight(layout) - height;
  return scrollable <= 0 ? 1 : Math.max(1, (layout.rowHeight * layout.count - height) / scrollable);
}
