import type { Formats } from "../../format/formats.ts";
import { type Column, DataTable } from "../../parts/data-table.tsx";
import { useFormat, useText } from "../../text/language-context.ts";
import type { Text } from "../../text/text.ts";
import { LineMark } from "./line-mark.tsx";
import { type RateLine, type RateSeries, summaryOf } from "./rate-series.ts";

interface Summed {
  readonly index: number;
  readonly line: RateLine;
}

/** Each line in a few numbers. `pointed`: which of the times is looked at; null: the last one. */
export function LineSummaries({ series, pointed }: { readonly series: RateSeries; readonly pointed: number | null }) {
  const words = useText().throughput;
  const format = useFormat();
  return (
    <div class="line-summaries">
      <DataTable
        caption={words.summary}
        columns={columnsOf(series, pointed, words, format)}
        rows={series.lines.map((line, index) => ({ index, line }))}
        keyOf={({ line }) => line.server ?? "others"}
      />
    </div>
  );
}

function columnsOf(
  series: RateSeries,
  pointed: number | null,
  words: Text["throughput"],
  format: Formats,
): readonly Column<Summed>[] {
  const { times, step } = series;
  const at = pointed === null ? undefined : times[pointed];
  const rate = (value: number | null | undefined) => (value == null ? words.unknown : format.rate(value));
  return [
    {
      key: "line",
      title: words.columns.line,
      show: ({ index, line }) => (
        <span class="line-name">
          <LineMark index={index} />
          {lineName(line, words, format)}
        </span>
      ),
    },
    {
      key: "now",
      title: at === undefined ? words.columns.now : format.time(at),
      isNumber: true,
      show: ({ line }) => rate(pointed === null ? line.rates.at(-1) : line.rates[pointed]),
    },
    {
      key: "highest",
      title: words.columns.highest,
      isNumber: true,
      show: ({ line }) => format.rate(summaryOf(line, step).highest),
    },
    {
      key: "bytes",
      title: words.columns.bytes,
      isNumber: true,
      show: ({ line }) => format.bytes(summaryOf(line, step).bytes),
    },
  ];
}

/** What a line is of. */
export function lineName({ server }: RateLine, words: Text["throughput"], format: Formats): string {
  return server === null ? words.others : words.line(format.number(server));
}
