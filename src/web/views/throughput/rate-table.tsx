import { type Column, DataTable } from "../../parts/data-table.tsx";
import { useFormat, useText } from "../../text/language-context.ts";
import { lineName } from "./line-summaries.tsx";
import { type RateRow, type RateSeries, rateRows } from "./rate-series.ts";

/** Milliseconds of a row: twelve rows are an hour. */
const ROW_MS = 300_000;

/** The same as the chart, in numbers. */
export function RateTable({ series }: { readonly series: RateSeries }) {
  const words = useText().throughput;
  const format = useFormat();
  const columns: readonly Column<RateRow>[] = [
    { key: "at", title: words.columns.from, show: ({ at }) => format.time(at) },
    ...series.lines.map((line, index): Column<RateRow> => {
      return {
        key: String(line.server ?? "others"),
        title: lineName(line, words, format),
        isNumber: true,
        show: ({ means }) => {
          const mean = means[index] ?? null;
          return mean === null ? words.unknown : format.rate(mean);
        },
      };
    }),
  ];
  return <DataTable caption={words.rows} columns={columns} rows={rateRows(series, ROW_MS)} keyOf={({ at }) => at} />;
}
