import { Metrics } from "../../http/metrics/metrics.ts";
import { measureProcess, type ProcessMetricsOptions } from "../../http/metrics/process-metrics.ts";
import type { CentralObserver } from "../observer.ts";
import { CentralActivity } from "./central-activity.ts";
import { CentralAnswers } from "./central-answers.ts";
import { defineCentralMetrics, type MeasuredCentral } from "./central-metrics.ts";

/** The HTTP side of a central on its main thread: it hears what happens, and answers the HTTP thread. */
export class CentralHttp {
  private central: MeasuredCentral | null = null;
  readonly observer: CentralObserver;

  private constructor(
    private readonly metrics: Metrics,
    { clock }: ProcessMetricsOptions,
  ) {
    const ledger = defineCentralMetrics(metrics, () => this.opened());
    this.observer = new CentralActivity(clock, ledger);
  }

  static async open(options: ProcessMetricsOptions): Promise<CentralHttp> {
    const metrics = await Metrics.open();
    measureProcess(metrics, options);
    return new CentralHttp(metrics, options);
  }

  /** What answers for this central, which was made with the observer. */
  answersOf(central: MeasuredCentral): CentralAnswers {
    this.central = central;
    return new CentralAnswers({ serving: central.serving, metrics: this.metrics });
  }

  private opened(): MeasuredCentral {
    if (!this.central) throw new Error("metrics are asked for before there is a central");
    return this.central;
  }
}
