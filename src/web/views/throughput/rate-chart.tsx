import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useFormat, useText } from "../../text/language-context.ts";
import { chartOptions } from "./chart-options.ts";
import { chartData, type RateSeries, summaryOf } from "./rate-series.ts";
import "./rate-chart.css";

/** A line for each server over the last hour. `onPoint`: which of the times somebody points at; null: none. */
export function RateChart(props: {
  readonly series: RateSeries;
  readonly label: string;
  readonly onPoint: (index: number | null) => void;
}) {
  const { series, label, onPoint } = props;
  const words = useText().throughput;
  const format = useFormat();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const lineCount = series.lines.length;
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const made = new uPlot(chartOptions({ element, lineCount, format, onPoint }), [[]], element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(sizeOf(element)));
    observer.observe(element);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const redraw = () => made.redraw(false, true);
    scheme.addEventListener("change", redraw);
    return () => {
      scheme.removeEventListener("change", redraw);
      observer.disconnect();
      made.destroy();
      plot.current = null;
      onPoint(null);
    };
  }, [lineCount, format, onPoint]);
  useEffect(() => plot.current?.setData(chartData(series)), [series, lineCount, format, onPoint]);
  const peak = Math.max(0, ...series.lines.map((line) => summaryOf(line, series.step).highest));
  return (
    <div class="rate-chart" role="img" aria-label={words.chartLabel(label, format.rate(peak))}>
      <div class="rate-plot" ref={place} />
    </div>
  );
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement): { width: number; height: number } {
  return { width: clientWidth, height: clientHeight };
}
