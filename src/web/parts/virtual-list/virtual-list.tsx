import type { ComponentChildren } from "preact";
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

/** Rows of one height, very many of them: those alone are made that are seen. */
export function VirtualList(props: {
  readonly count: number;
  /** Pixels of a row. */
  readonly rowHeight: number;
  /** The row that must be seen; null: none. */
  readonly focused: number | null;
  /** These rows are seen now. */
  readonly onWindow: (window: RowsWindow) => void;
  readonly row: (index: number) => ComponentChildren;
}) {
  const { count, rowHeight, focused, onWindow, row } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<ScrollPlace>({ scrollTop: 0, height: 0 });
  const layout: RowsLayout = { rowHeight, count, overscan: OVERSCAN };
  const shown = windowOf(layout, place);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const measure = () => setPlace({ scrollTop: element.scrollTop, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", measure);
    };
  }, []);
  useLayoutEffect(() => onWindow(shown), [shown.start, shown.end, count, onWindow]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || focused === null) return;
    const now = { scrollTop: element.scrollTop, height: element.clientHeight };
    const wanted = scrollTopFor(layout, focused, now);
    if (wanted !== now.scrollTop) element.scrollTop = wanted;
  }, [focused]);
  const rows: ComponentChildren[] = [];
  for (let index = shown.start; index < shown.end; index++) rows.push(row(index));
  return (
    <div class="virtual-list" role="presentation" ref={scroller}>
      <div class="virtual-content" role="presentation" style={{ height: `${contentHeight(layout)}px` }}>
        <div class="virtual-rows" role="presentation" style={{ transform: `translateY(${shown.top}px)` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}
