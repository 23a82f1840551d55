import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { usePage, useStore } from "../../../store/page-context.ts";
import type { FilesPlace } from "../files-place.ts";
import { entriesOf } from "./fetch-entries.ts";
import { FileRows } from "./file-rows.ts";

/** Milliseconds between two times that what is seen is asked for anew, however often files change. */
const RELOAD_INTERVAL_MS = 2000;

/** The rows of a place, which follow what becomes of the files. */
export function useFileRows({ folder, search, sort, order, flat }: FilesPlace): FileRows {
  const { api, clock } = usePage();
  const revision = useStore((state) => state.catalogue.revision);
  const connection = useStore((state) => state.connection);
  const [, show] = useState(0);
  const list = useMemo(() => new FileRows(() => show((count) => count + 1)), []);
  useEffect(() => () => list.stop(), [list]);
  useEffect(() => {
    list.show(entriesOf(api, { folder, search, sort, order, flat }));
  }, [list, api, folder, search, sort, order, flat]);
  const reloaded = useRef({ revision, at: 0 });
  useEffect(() => {
    if (revision === reloaded.current.revision || connection !== "live") return undefined;
    return clock.after(Math.max(0, reloaded.current.at + RELOAD_INTERVAL_MS - clock.wall()), () => {
      reloaded.current = { revision, at: clock.wall() };
      list.reload();
    });
  }, [list, clock, revision, connection]);
  return list;
}
