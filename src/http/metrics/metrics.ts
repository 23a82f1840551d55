import type { Registry } from "prom-client";

/** A value for each value of one label. */
export type Labelled = Iterable<readonly [label: string, value: number]>;
/** Gives the value of a metric at the moment at which it is read. */
export type Reading = () => number | Labelled | Promise<number | Labelled>;

export interface MetricNames {
  /** By the conventions of Prometheus: `redes_`, the noun, the unit, and `_total` at the end of a counter. */
  readonly name: string;
  readonly help: string;
  /** The name of the only label, where there is one. Its values are few: never names of files or clients. */
  readonly label?: string;
}

/** Metrics of one process, by Prometheus' library, which is loaded here alone. */
export class Metrics {
  private constructor(
    private readonly library: typeof import("prom-client"),
    private readonly registry: Registry,
  ) {}

  static async open(): Promise<Metrics> {
    const library = await import("prom-client");
    return new Metrics(library, new library.Registry());
  }

  /** What may rise and fall. */
  gauge(names: MetricNames, read: Reading): void {
    const gauge = new this.library.Gauge({
      ...this.common(names),
      async collect() {
        const readings = entriesOf(await read());
        this.reset();
        // Without a label it would be 0, also where there is no value.
        if (names.label === undefined) this.remove();
        for (const [label, value] of readings) this.set(labelsOf(names, label), value);
      },
    });
    this.registry.registerMetric(gauge);
  }

  /** What only rises, and is counted elsewhere. */
  counter(names: MetricNames, read: Reading): void {
    const counter = new this.library.Counter({
      ...this.common(names),
      async collect() {
        const readings = entriesOf(await read());
        this.reset();
        // Without a label it would be 0, also where there is no value.
        if (names.label === undefined) this.remove();
        for (const [label, value] of readings) this.inc(labelsOf(names, label), value);
      },
    });
    this.registry.registerMetric(counter);
  }

  /** How many observations were at most so large as each of the bounds; gives the function that observes. */
  histogram(names: Omit<MetricNames, "label">, bounds: readonly number[]): (value: number) => void {
    const histogram = new this.library.Histogram({ ...this.common(names), buckets: [...bounds] });
    this.registry.registerMetric(histogram);
    return (value) => histogram.observe(value);
  }

  /** In the text format 0.0.4. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private common({ name, help, label }: MetricNames) {
    return { name, help, labelNames: label === undefined ? [] : [label], registers: [] };
  }
}

function entriesOf(reading: number | Labelled): Labelled {
  return typeof reading === "number" ? [["", reading]] : reading;
}

function labelsOf({ label }: MetricNames, value: string): Record<string, string> {
  return label === undefined ? {} : { [label]: value };
}
