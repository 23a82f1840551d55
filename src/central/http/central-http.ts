import type { AddressSigner } from "../../http/access/signed-address.ts";
import type { EventsNotice } from "../../http/events/cluster-event.ts";
import { publishEvents } from "../../http/events/event-publisher.ts";
import { Metrics } from "../../http/metrics/metrics.ts";
import { measureProcess, type ProcessMetricsOptions } from "../../http/metrics/process-metrics.ts";
import { defineUploadMetrics, type MeasuredUploads } from "../../http/uploads/upload-metrics.ts";
import { type Random, shortId } from "../../platform/random.ts";
import type { CentralObserver } from "../observer.ts";
import { CentralApiAnswers, type ShownCentral } from "./api/api-answers.ts";
import { OrderAnswers, type OrderedCentral } from "./api/order-answers.ts";
import { CentralActivity } from "./central-activity.ts";
import { CentralAnswers, type CentralAnswersDeps } from "./central-answers.ts";
import { defineCentralMetrics, type MeasuredCentral } from "./central-metrics.ts";
import { EventFeed } from "./events/event-feed.ts";

export interface CentralHttpOptions extends ProcessMetricsOptions {
  readonly random: Random;
}

/** What is told of over HTTP. */
export type AnswerableCentral = Pick<CentralAnswersDeps, "registry" | "serving" | "digests" | "ended"> &
  ShownCentral &
  OrderedCentral;

/** The HTTP side of a central on its main thread: it hears what happens, and answers the HTTP thread. */
export class CentralHttp {
  private readonly feed = new EventFeed();
  private central: MeasuredCentral | null = null;
  readonly observer: CentralObserver;

  private constructor(
    private readonly metrics: Metrics,
    /** How many seconds later than it was due a timer of the HTTP thread ran. */
    readonly lagged: (seconds: number) => void,
    private readonly options: CentralHttpOptions,
  ) {
    const ledger = defineCentralMetrics(metrics, () => this.opened());
    this.observer = new CentralActivity(options.clock, ledger, this.feed);
  }

  static async open(options: CentralHttpOptions): Promise<CentralHttp> {
    const metrics = await Metrics.open();
    const lagged = measureProcess(metrics, options);
    return new CentralHttp(metrics, lagged, options);
  }

  /**
   * What answers for this central, which was made with the observer. `signer`: null where addresses need no signature; `uploads`: who takes
   * files that come.
   */
  answersOf(
    central: MeasuredCentral & AnswerableCentral,
    signer: AddressSigner | null,
    uploads: CentralAnswersDeps["uploads"] & MeasuredUploads,
  ): CentralAnswers {
    this.central = central;
    const { metrics } = this;
    defineUploadMetrics(metrics, uploads);
    const { clock, version, random } = this.options;
    const { registry, serving, digests, ended } = central;
    const urlQuery = (name: string, id: string) => signer?.queryFor(name, id, clock.wall()) ?? "";
    const events = { clock, drain: () => this.feed.drain(central), run: shortId(random) };
    const listened = (publish: (notice: EventsNotice) => void) =>
      ended.addEventListener("abort", publishEvents({ ...events, publish }));
    const api = new CentralApiAnswers(central, version);
    ended.addEventListener("abort", api.sampleThroughput());
    const orders = new OrderAnswers(central);
    const answered = { registry, serving, digests, ended, uploads };
    return new CentralAnswers({ ...answered, metrics, clock, api, orders, listened, urlQuery });
  }

  private opened(): MeasuredCentral {
    if (!this.central) throw new Error("metrics are asked for before there is a central");
    return this.central;
  }
}
