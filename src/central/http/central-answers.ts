import { CENTRAL_METHODS, type CentralBackend } from "../../http/central/backend.ts";
import type { Metrics } from "../../http/metrics/metrics.ts";
import type { Readiness } from "../../http/server/health.ts";
import type { HttpOwner } from "../../http/thread/http-thread.ts";
import type { ServingState } from "../serving-state.ts";

export interface CentralAnswersDeps {
  readonly serving: Pick<ServingState, "missing">;
  readonly metrics: Pick<Metrics, "text">;
}

/** What a central answers to its HTTP thread. */
export class CentralAnswers implements CentralBackend, HttpOwner<CentralBackend> {
  readonly backend: CentralBackend = this;
  readonly methods = CENTRAL_METHODS;

  constructor(private readonly deps: CentralAnswersDeps) {}

  async readiness(): Promise<Readiness> {
    return { obstacle: this.deps.serving.missing() };
  }

  metrics(): Promise<string> {
    return this.deps.metrics.text();
  }

  abandoned(): void {}
}
