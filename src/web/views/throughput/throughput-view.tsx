import { useCallback, useState } from "preact/hooks";
import { Choice } from "../../parts/choice/choice.tsx";
import { Failure } from "../../parts/failure/failure.tsx";
import { Notice } from "../../parts/notice.tsx";
import { ViewHeading } from "../../parts/view-heading.tsx";
import { usePage } from "../../store/page-context.ts";
import { useAnswer } from "../../store/use-answer.ts";
import { useText } from "../../text/language-context.ts";
import { LineSummaries } from "./line-summaries.tsx";
import { RateChart } from "./rate-chart.tsx";
import { type Direction, rateSeries } from "./rate-series.ts";
import { RateTable } from "./rate-table.tsx";
import { useTicks } from "./use-ticks.ts";

type Form = "chart" | "table";

/** What each server has sent and received in the last hour. */
export function ThroughputView() {
  const words = useText().throughput;
  const { api } = usePage();
  const [direction, setDirection] = useState<Direction>("sent");
  const [form, setForm] = useState<Form>("chart");
  const [pointed, setPointed] = useState<number | null>(null);
  const question = useCallback((signal: AbortSignal) => api.throughput(signal), [api]);
  const { answer, failure, askAgain } = useAnswer(question, useTicks());
  const series = answer && rateSeries(answer, direction);
  const isEmpty = series !== null && series.times.length === 0;
  return (
    <>
      <ViewHeading title={words.title}>
        <div class="toolbar">
          <Choice
            label={words.direction}
            options={[
              { value: "sent", title: words.sent },
              { value: "received", title: words.received },
            ]}
            chosen={direction}
            onChoose={setDirection}
          />
          <Choice
            label={words.form}
            options={[
              { value: "chart", title: words.chart },
              { value: "table", title: words.table },
            ]}
            chosen={form}
            onChoose={setForm}
          />
        </div>
      </ViewHeading>
      <p class="view-what">{words.what}</p>
      {failure && <Failure failure={failure} onRetry={askAgain} />}
      {isEmpty && (
        <Notice kind="info" title={words.noneTitle}>
          <p>{words.noneWhat}</p>
        </Notice>
      )}
      {series && !isEmpty && (
        <>
          {form === "chart" && <RateChart series={series} label={words[direction]} onPoint={setPointed} />}
          {form === "table" && <RateTable series={series} />}
          <LineSummaries series={series} pointed={form === "chart" ? pointed : null} />
        </>
      )}
    </>
  );
}
