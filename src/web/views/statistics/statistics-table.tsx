import type { StatisticsAnswer } from "../../../http/api/central-answers.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { useFormat, useText } from "../../text/language-context.ts";
import type { StatisticsChoice } from "./statistics-choice.ts";

type StatisticsRow = StatisticsAnswer["rows"][number];

/** A page of counts, in the order that is chosen. `onOrder`: another one is wanted. */
export function StatisticsTable(props: {
  readonly choice: StatisticsChoice;
  readonly rows: readonly StatisticsRow[];
  readonly onOrder: (order: Pick<StatisticsChoice, "sort" | "order">) => void;
}) {
  const { choice, rows, onOrder } = props;
  const { of, sort, order } = choice;
  const words = useText().statistics;
  const format = useFormat();
  const columns: readonly Column<StatisticsRow>[] = [
    {
      key: "name",
      title: words.columns[of],
      sortedBy: ({ name }) => name,
      show: ({ name }) => <span dir="auto">{name}</span>,
    },
    {
      key: "downloads",
      title: words.columns.downloads,
      isNumber: true,
      sortedBy: ({ downloads }) => downloads,
      show: ({ downloads }) => format.number(downloads),
    },
  ];
  return (
    <DataTable
      caption={words.title}
      columns={columns}
      rows={rows}
      keyOf={({ name }) => name}
      ordered={{
        order: { key: sort, descending: order === "desc" },
        onOrder: ({ key, descending }) => {
          onOrder({ sort: key === "downloads" ? "downloads" : "name", order: descending ? "desc" : "asc" });
        },
      }}
    />
  );
}
