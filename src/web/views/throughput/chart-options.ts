import type uPlot from "uplot";
import type { Formats } from "../../format/formats.ts";
import { colourOf, dashOf } from "./line-mark.tsx";

/** Pixels for the numbers at the left: as wide as `1,023.9 MiB/s`. */
const AXIS_WIDTH = 84;

/** What the chart shows, however little of it is known. */
const HOUR_S = 3600;

export interface ChartOptionsDeps {
  /** Where the chart is, which has the colours of its style. */
  readonly element: HTMLElement;
  readonly lineCount: number;
  readonly format: Formats;
  readonly onPoint: (index: number | null) => void;
}

/** How the chart looks. Colours are asked for at each drawing: they are others by night. */
export function chartOptions({ element, lineCount, format, onPoint }: ChartOptionsDeps): uPlot.Options {
  const colour = (name: string) => () => getComputedStyle(element).getPropertyValue(name).trim();
  const { fontFamily } = getComputedStyle(element);
  const axis: uPlot.Axis = {
    stroke: colour("--muted"),
    grid: { stroke: colour("--border"), width: 1 },
    ticks: { show: false },
    font: `12px ${fontFamily}`,
  };
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    legend: { show: false },
    cursor: { points: { size: 6 }, drag: { setScale: false, x: false, y: false } },
    scales: {
      x: { range: (_, __, last) => [(last ?? 0) - HOUR_S, last ?? 0] },
      y: { range: (_, __, highest) => [0, Math.max(1024, (highest ?? 0) * 1.05)] },
    },
    axes: [
      {
        ...axis,
        size: 32,
        space: 80,
        incrs: MINUTES,
        values: (_, times) => times.map((time) => format.minute(time * 1000)),
      },
      { ...axis, size: AXIS_WIDTH, incrs: POWERS, values: (_, rates) => rates.map((rate) => format.rate(rate)) },
    ],
    series: [
      {},
      ...Array.from({ length: lineCount }, (_, index): uPlot.Series => {
        return { stroke: colour(colourOf(index)), width: 2, dash: [...dashOf(index)], points: { show: false } };
      }),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  };
}

/** Seconds between two times that are written. */
const MINUTES = [5, 10, 15, 30].map((minutes) => minutes * 60);

/** Distances between lines of the grid that are round in units of 1,024. */
const POWERS = Array.from({ length: 5 }, (_, power) => 1024 ** power).flatMap((unit) => {
  return [1, 2, 5, 10, 20, 50, 100, 200, 500].map((factor) => factor * unit);
});
