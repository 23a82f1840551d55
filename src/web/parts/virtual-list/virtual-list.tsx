import type { ComponentChildren, HTMLAttributes } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import {
  contentHeight,
  type RowsLayout,
  type RowsWindow,
  type ScrollPlace,
  scrollTopFor,
  windowOf,
} from "./window-of-rows.ts";
import "./virtual-list.css";

/** Rows that are made beyond what is seen: some, so that scrolling shows no gaps. */
const OVERSCAN = 8;

export interface VirtualListProps {
  readonly count: number;
  /** Pixels of a row. */
  readonly rowHeight: number;
  /** Stays above the rows; its height in pixels. */
  readonly header: ComponentChildren;
  readonly headerHeight: number;
  /** The row that must be seen; null: none. */
  readonly focused: number | null;
  /** Another one is another list, which begins at its first row. */
  readonly listKey: string;
  /** These rows are seen now. */
  readonly onWindow: (window: RowsWindow) => void;
  readonly row: (index: number) => ComponentChildren;
  /** Of the element that is scrolled. */
  readonly attributes: HTMLAttributes<HTMLDivElement>;
}

/** Rows of one height, very many of them: those alone are made that are seen. */
export function VirtualList(props: VirtualListProps) {
  const { count, rowHeight, header, headerHeight, focused, listKey, onWindow, row, attributes } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const layout: RowsLayout = { rowHeight, count, overscan: OVERSCAN };
  const place = useScrollPlace(scroller, headerHeight, listKey);
  const shown = windowOf(layout, place);
  useLayoutEffect(() => onWindow(shown), [shown.start, shown.end, count, onWindow]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || focused === null) return;
    const now = placeOf(element, headerHeight);
    const wanted = scrollTopFor(layout, focused, now);
    if (wanted !== now.scrollTop) element.scrollTop = wanted;
  }, [focused]);
  const rows: ComponentChildren[] = [];
  for (let index = shown.start; index < shown.end; index++) rows.push(row(index));
  return (
    <div {...attributes} class="virtual-list" ref={scroller}>
      <div class="virtual-header" role="presentation">
        {header}
      </div>
      <div class="virtual-content" role="presentation" style={{ height: `${contentHeight(layout)}px` }}>
        <div class="virtual-rows" role="presentation" style={{ transform: `translateY(${shown.top}px)` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}

function placeOf(element: HTMLElement, headerHeight: number): ScrollPlace {
  return { scrollTop: element.scrollTop, height: element.clientHeight - headerHeight };
}

/** What is seen of a list that is scrolled, or becomes larger or smaller. */
function useScrollPlace(
  scroller: { readonly current: HTMLElement | null },
  headerHeight: number,
  listKey: string,
): ScrollPlace {
  const [place, setPlace] = useState<ScrollPlace>({ scrollTop: 0, height: 0 });
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const measure = () => {
      const { scrollTop, height } = placeOf(element, headerHeight);
      setPlace((before) => {
        return before.scrollTop === scrollTop && before.height === height ? before : { scrollTop, height };
      });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, [scroller, headerHeight]);
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = 0;
  }, [scroller, listKey]);
  return place;
}
