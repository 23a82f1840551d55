import type { SecondaryAnswer } from "../../../http/api/central-answers.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { ViewHeading } from "../../parts/view-heading.tsx";
import { useStore } from "../../store/page-context.ts";
import { useFormat, useText } from "../../text/language-context.ts";

/** Each secondary, and how it is. */
export function ServersView() {
  const words = useText().servers;
  const format = useFormat();
  const secondaries = useStore((state) => state.secondaries);
  const columns: readonly Column<SecondaryAnswer>[] = [
    { key: "number", title: words.server, sortedBy: ({ number }) => number, show: ({ number }) => number },
    {
      key: "state",
      title: words.state,
      show: ({ state, reason }) => words.states[state] + (reason ? `: ${reason}` : ""),
    },
    { key: "address", title: words.address, show: ({ address }) => address },
    {
      ...{ key: "files", title: words.files, isNumber: true },
      sortedBy: ({ files }) => files,
      show: ({ files }) => format.number(files),
    },
  ];
  return (
    <>
      <ViewHeading title={words.title} />
      <DataTable caption={words.title} columns={columns} rows={secondaries} keyOf={({ number }) => number} />
    </>
  );
}
