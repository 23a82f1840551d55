import { Button } from "../../parts/button.tsx";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { NumberMarks } from "../../parts/number-marks/number-marks.tsx";
import { useRights } from "../../store/use-rights.ts";
import { useFormat, useText } from "../../text/language-context.ts";
import { keyOf, type ShownKeptVersion } from "./kept-versions.ts";

/** A row for each kept version. */
export function KeptTable(props: {
  readonly versions: readonly ShownKeptVersion[];
  readonly onRestore: (version: ShownKeptVersion) => void;
}) {
  const { versions, onRestore } = props;
  const words = useText().kept;
  const format = useFormat();
  const { isAdmin } = useRights();
  const columns: Column<ShownKeptVersion>[] = [
    {
      key: "name",
      title: words.columns.name,
      sortedBy: ({ name }) => name,
      show: ({ name }) => <span dir="auto">{name}</span>,
    },
    {
      key: "version",
      title: words.columns.version,
      isNumber: true,
      show: ({ version }) => (version === 0 ? words.noVersion : format.number(version)),
    },
    {
      key: "size",
      title: words.columns.size,
      isNumber: true,
      sortedBy: ({ size }) => size,
      show: ({ size }) => format.bytes(size),
    },
    {
      key: "at",
      title: words.columns.at,
      sortedBy: ({ at }) => at,
      show: ({ at }) => <time dateTime={new Date(at).toISOString()}>{format.date(at)}</time>,
    },
    { key: "why", title: words.columns.why, sortedBy: ({ why }) => words.why[why], show: ({ why }) => words.why[why] },
    {
      key: "secondaries",
      title: words.columns.secondaries,
      show: ({ secondaries }) => <NumberMarks numbers={secondaries} />,
    },
  ];
  if (isAdmin) {
    columns.push({
      key: "actions",
      title: words.columns.actions,
      isAction: true,
      show: (version) => (
        <Button label={words.restoreOf(version.name)} onPress={() => onRestore(version)}>
          {words.restore}
        </Button>
      ),
    });
  }
  return <DataTable caption={words.title} columns={columns} rows={versions} keyOf={keyOf} />;
}
