import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { NARROW, useMediaQuery } from "../../../parts/use-media-query.ts";
import { VirtualList } from "../../../parts/virtual-list/virtual-list.tsx";
import type { RowsWindow } from "../../../parts/virtual-list/window-of-rows.ts";
import { navigate } from "../../../routing/use-route.ts";
import { useText } from "../../../text/language-context.ts";
import { type FilesPlace, filesRoute, inFolder, parentOf } from "../files-place.ts";
import type { ListEntry } from "./entry.ts";
import { FileRow, rowId } from "./file-row.tsx";
import type { FileRows } from "./file-rows.ts";
import { rowAfterKey } from "./row-keys.ts";
import { TableHeader } from "./table-header.tsx";
import "./file-table.css";

/** Pixels, as in the style sheet: of a row, of one that has two lines, and of the titles. */
const [ROW_HEIGHT, TWO_LINES_HEIGHT, HEADER_HEIGHT] = [40, 60, 36];

export interface FileTableProps {
  readonly place: FilesPlace;
  readonly list: FileRows;
  readonly count: number;
  readonly isServed: boolean;
}

/** The rows of a folder or of a search. The keyboard goes through them with the arrows, and opens one with Enter. */
export function FileTable({ place, list, count, isServed }: FileTableProps) {
  const words = useText().files;
  const isNarrow = useMediaQuery(NARROW);
  const rowHeight = isNarrow ? TWO_LINES_HEIGHT : ROW_HEIGHT;
  const [focused, setFocused] = useState<number | null>(null);
  const seen = useRef<RowsWindow>({ start: 0, end: 0, top: 0 });
  const listKey = [place.folder, place.search, place.sort, place.order, place.flat].join("\0");
  useEffect(() => setFocused(null), [listKey]);
  const onWindow = useCallback(
    (window: RowsWindow) => {
      seen.current = window;
      list.want(window);
    },
    [list],
  );
  const onKeyDown = (event: KeyboardEvent) => {
    const found = stepOf(event, { place, focused, count, rowHeight });
    if (!found) return;
    event.preventDefault();
    if ("row" in found) setFocused(found.row);
    else if ("place" in found) navigate(filesRoute(found.place));
    else open(place, list.row(found.opened));
  };
  const isMade = focused !== null && focused >= seen.current.start && focused < seen.current.end;
  return (
    <VirtualList
      count={count}
      rowHeight={rowHeight}
      headerHeight={HEADER_HEIGHT}
      header={<TableHeader place={place} />}
      focused={focused}
      listKey={listKey}
      onWindow={onWindow}
      attributes={{
        role: "grid",
        tabIndex: 0,
        "aria-label": words.title,
        "aria-rowcount": count + 1,
        "aria-activedescendant": isMade ? rowId(focused) : undefined,
        "aria-busy": list.isLeaving,
        onKeyDown,
      }}
      row={(index) => (
        <FileRow
          key={index}
          place={place}
          entry={list.row(index)}
          index={index}
          isFocused={index === focused}
          isNarrow={isNarrow}
          isServed={isServed}
        />
      )}
    />
  );
}

/** What a key does in the list: it leads to a row, to another folder, or opens a row. */
type Step = { readonly row: number } | { readonly place: FilesPlace } | { readonly opened: number };

interface KeyPosition {
  readonly place: FilesPlace;
  readonly focused: number | null;
  readonly count: number;
  readonly rowHeight: number;
}

/** Null: the key is not for the list. */
function stepOf(event: KeyboardEvent, { place, focused, count, rowHeight }: KeyPosition): Step | null {
  const { key, currentTarget: grid } = event;
  if (event.altKey || event.ctrlKey || event.metaKey || !(grid instanceof HTMLElement)) return null;
  const isWithin = event.target !== grid;
  const opens = key === "Enter" || key === " ";
  // What is in the list, such as a title by which it is ordered, does by these keys what it does else.
  if (isWithin && opens) return null;
  const rowsSeen = Math.floor((grid.clientHeight - HEADER_HEIGHT) / rowHeight);
  const row = rowAfterKey(key, focused, count, rowsSeen);
  if (row !== null) {
    if (isWithin) grid.focus({ preventScroll: true });
    return { row };
  }
  if (key === "Backspace" && place.folder !== "") return { place: inFolder(place, parentOf(place.folder)) };
  return opens && focused !== null ? { opened: focused } : null;
}

function open(place: FilesPlace, entry: ListEntry | null): void {
  if (entry?.kind === "file") navigate(filesRoute({ ...place, file: entry.name, plays: false }));
  if (entry?.kind !== "folder") return;
  navigate(filesRoute(inFolder(place, place.folder === "" ? entry.name : `${place.folder}/${entry.name}`)));
}
