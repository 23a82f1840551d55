import { Metrics } from "../../http/metrics/metrics.ts";
import { measureProcess, type ProcessMetricsOptions } from "../../http/metrics/process-metrics.ts";
import type { Clock } from "../../platform/clock.ts";
import type { CentralObserver } from "../observer.ts";
import { CentralActivity } from "./central-activity.ts";
import { CentralAnswers, type CentralAnswersDeps } from "./central-answers.ts";
import { defineCentralMetrics, type MeasuredCentral } from "./central-metrics.ts";
import type { DigestSource } from "./digest-wait.ts";

/** Nobody makes digests. */
const NO_DIGESTS: DigestSource = { digestsOf: async () => ({ kind: "undigested", why: "off", left: 0 }) };

/** What is told of over HTTP. */
export type AnswerableCentral = Pick<CentralAnswersDeps, "registry" | "serving">;

/** The HTTP side of a central on its main thread: it hears what happens, and answers the HTTP thread. */
export class CentralHttp {
  private central: MeasuredCentral | null = null;
  readonly observer: CentralObserver;
  private readonly clock: Clock;

  private constructor(
    private readonly metrics: Metrics,
    { clock }: ProcessMetricsOptions,
  ) {
    this.clock = clock;
    const ledger = defineCentralMetrics(metrics, () => this.opened());
    this.observer = new CentralActivity(clock, ledger);
  }

  static async open(options: ProcessMetricsOptions): Promise<CentralHttp> {
    const metrics = await Metrics.open();
    measureProcess(metrics, options);
    return new CentralHttp(metrics, options);
  }

  /** What answers for this central, which was made with the observer. */
  answersOf(central: MeasuredCentral & AnswerableCentral): CentralAnswers {
    this.central = central;
    const { metrics, clock } = this;
    const { registry, serving } = central;
    return new CentralAnswers({ registry, serving, metrics, clock, digests: NO_DIGESTS, urlQuery: () => "" });
  }

  private opened(): MeasuredCentral {
    if (!this.central) throw new Error("metrics are asked for before there is a central");
    return this.central;
  }
}
