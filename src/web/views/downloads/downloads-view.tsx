import { type Column, DataTable } from "../../parts/data-table.tsx";
import { ProgressBar } from "../../parts/progress-bar.tsx";
import { ViewHeading } from "../../parts/view-heading.tsx";
import { useStore } from "../../store/page-context.ts";
import type { Download } from "../../store/page-state.ts";
import { useFormat, useText } from "../../text/language-context.ts";

/** Downloads of clients now. */
export function DownloadsView() {
  const words = useText().downloads;
  const format = useFormat();
  const downloads = useStore((state) => state.downloads);
  const columns: readonly Column<Download>[] = [
    { key: "name", title: words.file, sortedBy: ({ name }) => name, show: ({ name }) => name },
    { key: "client", title: words.client, sortedBy: ({ client }) => client, show: ({ client }) => client },
    {
      ...{ key: "progress", title: words.progress },
      show: ({ bytes, size, name }) => <ProgressBar value={bytes} max={size} label={name} />,
    },
    {
      ...{ key: "rate", title: words.rate, isNumber: true },
      show: ({ state, rate }) => (state === "waiting" ? words.waiting : rate === null ? "" : format.rate(rate)),
    },
  ];
  return (
    <>
      <ViewHeading title={words.title} />
      <DataTable caption={words.title} columns={columns} rows={downloads} keyOf={({ download }) => download} />
    </>
  );
}
