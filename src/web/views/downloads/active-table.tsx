import type { Formats } from "../../format/formats.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { NumberMarks } from "../../parts/number-marks/number-marks.tsx";
import { ProgressBar } from "../../parts/progress-bar.tsx";
import type { ShownDownload } from "../../store/page-state.ts";
import { useFormat, useText } from "../../text/language-context.ts";
import type { Text } from "../../text/text.ts";
import "./downloads.css";

/** Downloads that are on their way. */
export function ActiveTable({ downloads }: { readonly downloads: readonly ShownDownload[] }) {
  const words = useText().downloads;
  const format = useFormat();
  return (
    <div class="active-table">
      <DataTable
        caption={words.active}
        columns={columnsOf(words, format)}
        rows={downloads}
        keyOf={({ download }) => download}
        hasFields
      />
    </div>
  );
}

function columnsOf(words: Text["downloads"], format: Formats): readonly Column<ShownDownload>[] {
  const { columns } = words;
  return [
    {
      key: "file",
      title: columns.file,
      sortedBy: ({ name }) => name,
      show: ({ name }) => <span dir="auto">{name}</span>,
    },
    {
      key: "client",
      title: columns.client,
      sortedBy: ({ client }) => client,
      show: ({ client }) => <span dir="auto">{client}</span>,
    },
    { key: "progress", title: columns.progress, show: (download) => <Progress download={download} /> },
    {
      key: "rate",
      title: columns.rate,
      isNumber: true,
      show: ({ rate }) => (rate === null ? <span class="cell-nothing">{words.unknown}</span> : format.rate(rate)),
    },
    {
      key: "left",
      title: columns.left,
      isNumber: true,
      show: ({ left }) => (left === null ? <span class="cell-nothing">{words.unknown}</span> : format.duration(left)),
    },
    {
      key: "sources",
      title: columns.sources,
      show: ({ sources }) =>
        sources.length === 0 ? <span class="cell-nothing">{words.noSources}</span> : <NumberMarks numbers={sources} />,
    },
  ];
}

function Progress({ download: { name, bytes, size } }: { readonly download: ShownDownload }) {
  const words = useText().downloads;
  const format = useFormat();
  return (
    <>
      <span class="download-progress stretched">
        <ProgressBar value={bytes} max={size} label={words.progressOf(name)} />
        <span class="download-percent">{format.percent(size === 0 ? 1 : bytes / size)}</span>
      </span>
      <span class="cell-detail">{words.done(format.bytes(bytes), format.bytes(size))}</span>
    </>
  );
}
