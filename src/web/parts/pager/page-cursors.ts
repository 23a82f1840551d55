/** Which page of many is shown, and how the pages before it are found again. */
export interface PageCursors {
  /** The cursor of each page until the one that is shown; null: the first page. */
  readonly cursors: readonly (string | null)[];
}

export const FIRST_PAGE: PageCursors = { cursors: [null] };

export function cursorOf({ cursors }: PageCursors): string | null {
  return cursors.at(-1) ?? null;
}

/** 0: the first. */
export function pageNumber({ cursors }: PageCursors): number {
  return cursors.length - 1;
}

/** The page that begins at this cursor comes after the one that is shown. */
export function nextPage({ cursors }: PageCursors, next: string): PageCursors {
  return { cursors: [...cursors, next] };
}

export function previousPage({ cursors }: PageCursors): PageCursors {
  return cursors.length === 1 ? FIRST_PAGE : { cursors: cursors.slice(0, -1) };
}
