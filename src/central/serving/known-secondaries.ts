import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import type { RemoteCentralStore } from "../remote-store.ts";
import type { KnownSecondary } from "../store.ts";

/** Which secondaries belong to the cluster: stored, so that a central that is started again knows whom to wait for. */
export class KnownSecondaries {
  private readonly byNumber: Map<number, KnownSecondary>;

  /** `persisted`: those of the store. */
  constructor(
    private readonly store: Pick<RemoteCentralStore, "rememberSecondary" | "forgetSecondary">,
    private readonly limitedLog: Pick<LogLimiter, "error">,
    persisted: readonly KnownSecondary[],
  ) {
    this.byNumber = new Map(persisted.map((one) => [one.number, one]));
  }

  registered({ number, host, port }: KnownSecondary): void {
    const before = this.byNumber.get(number);
    if (before?.host === host && before.port === port) return;
    const known = { number, host, port };
    this.byNumber.set(number, known);
    this.watch(this.store.rememberSecondary(known));
  }

  forgotten(number: number): void {
    if (this.byNumber.delete(number)) this.watch(this.store.forgetSecondary(number));
  }

  /** A failure does little harm: after a restart this one is not waited for, or for a moment in vain. */
  private watch(stored: Promise<void>): void {
    stored.catch(({ message }: Error) => this.limitedLog.error("store-failed", `cannot store: ${message}`));
  }
}
