import { useState } from "preact/hooks";
import { cursorOf, FIRST_PAGE, nextPage, type PageCursors, pageNumber, previousPage } from "./page-cursors.ts";

export interface Pages {
  /** Of the page that is shown; null: it is the first. */
  readonly cursor: string | null;
  /** 0: the first. */
  readonly page: number;
  readonly forward: (next: string) => void;
  readonly back: () => void;
}

/** Which page is shown of what `key` says: of something else the first one is. */
export function usePages(key: string): Pages {
  const [shown, setShown] = useState<{ readonly key: string; readonly pages: PageCursors }>({ key, pages: FIRST_PAGE });
  const pages = shown.key === key ? shown.pages : FIRST_PAGE;
  return {
    cursor: cursorOf(pages),
    page: pageNumber(pages),
    forward: (next) => setShown({ key, pages: nextPage(pages, next) }),
    back: () => setShown({ key, pages: previousPage(pages) }),
  };
}
