import { type Column, DataTable } from "../../parts/data-table.tsx";
import type { ShownDownload } from "../../store/page-state.ts";
import { useFormat, useText } from "../../text/language-context.ts";

interface Place {
  /** 1 is next. */
  readonly position: number;
  readonly download: ShownDownload;
}

/** Downloads that wait for a place, in their order. */
export function WaitingTable({ downloads }: { readonly downloads: readonly ShownDownload[] }) {
  const words = useText().downloads;
  const format = useFormat();
  const columns: readonly Column<Place>[] = [
    {
      key: "file",
      title: words.columns.file,
      show: ({ download }) => <span dir="auto">{download.name}</span>,
    },
    {
      key: "position",
      title: words.columns.position,
      isNumber: true,
      show: ({ position }) => format.number(position),
    },
    {
      key: "client",
      title: words.columns.client,
      show: ({ download }) => <span dir="auto">{download.client}</span>,
    },
    {
      key: "size",
      title: words.columns.size,
      isNumber: true,
      show: ({ download }) => format.bytes(download.size),
    },
    {
      key: "estimate",
      title: words.columns.estimate,
      isNumber: true,
      show: ({ download: { estimate } }) =>
        estimate === null ? <span class="cell-nothing">{words.unknown}</span> : format.duration(estimate),
    },
  ];
  return (
    <DataTable
      caption={words.waiting}
      columns={columns}
      rows={downloads.map((download, index) => ({ position: index + 1, download }))}
      keyOf={({ download }) => download.download}
      hasFields
    />
  );
}
