import type { Metrics } from "../../http/metrics/metrics.ts";
import { SECONDARY_METHODS, type SecondaryBackend } from "../../http/secondary/backend.ts";
import type { Readiness } from "../../http/server/health.ts";
import type { HttpOwner } from "../../http/thread/http-thread.ts";

export interface SecondaryAnswersDeps {
  /** Why the shared folder is not shared now; null when it is. */
  missing(): string | null;
  readonly metrics: Pick<Metrics, "text">;
}

/** What a secondary answers to its HTTP thread. */
export class SecondaryAnswers implements SecondaryBackend, HttpOwner<SecondaryBackend> {
  readonly backend: SecondaryBackend = this;
  readonly methods = SECONDARY_METHODS;

  constructor(private readonly deps: SecondaryAnswersDeps) {}

  async readiness(): Promise<Readiness> {
    return { obstacle: this.deps.missing() };
  }

  metrics(): Promise<string> {
    return this.deps.metrics.text();
  }

  abandoned(): void {}
}
