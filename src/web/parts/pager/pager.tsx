import { useFormat, useText } from "../../text/language-context.ts";
import { Button } from "../button.tsx";
import type { Pages } from "./use-pages.ts";
import "./pager.css";

/** The way to the pages before and after. `rows`: of each page; `count`: of this one; `next`: where the next one begins, null: there is none. */
export function Pager(props: {
  readonly pages: Pages;
  readonly rows: number;
  readonly count: number;
  readonly next: string | null;
}) {
  const { pages, rows, count, next } = props;
  const words = useText().parts;
  const format = useFormat();
  if (pages.page === 0 && next === null) return null;
  const first = pages.page * rows;
  return (
    <nav class="pager" aria-label={words.pages}>
      <Button disabled={pages.page === 0} onPress={pages.back}>
        {words.previousPage}
      </Button>
      <span role="status">{words.rowsShown(format.number(first + 1), format.number(first + count))}</span>
      <Button disabled={next === null} onPress={() => next !== null && pages.forward(next)}>
        {words.nextPage}
      </Button>
    </nav>
  );
}
