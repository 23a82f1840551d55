import * as v from "valibot";
import type { Revocation, Revocations } from "../../keys/trust/revocations.ts";
import type { Cancel, Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { plural } from "../../platform/units.ts";
import { revocation } from "../../protocol/messages/keys.ts";
import type { RemoteSecondaryStore } from "../remote-store.ts";
import { STORE_RETRY_MS, type StoreFailures } from "../store-failures.ts";

/** Under which the store keeps them, as JSON. */
const REVOCATIONS_KEY = "revocations";
const stored = v.pipe(v.string(), v.parseJson(), v.array(revocation));

const UNREADABLE =
  "the database does not say any more which keys are revoked: move it away, and a new one learns it from the central";

export interface KnownRevocationsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<RemoteSecondaryStore, "meta" | "setMeta">;
  readonly storeFailures: Pick<StoreFailures, "log">;
  /** Whom the network refuses; null: there are no keys. */
  readonly revocations: Revocations | null;
}

/** The revocations that the central has told of: they hold also while it is away, and after a restart. */
export class KnownRevocations {
  private cancelRetry: Cancel | null = null;
  private stopped = false;

  constructor(private readonly deps: KnownRevocationsDeps) {}

  /** Those of earlier runs, before anybody is let in. Rejects where the store cannot be read, or holds something else. */
  async load(): Promise<void> {
    const { revocations, store } = this.deps;
    const text = await store.meta(REVOCATIONS_KEY);
    if (!revocations || text === null) return;
    const parsed = v.safeParse(stored, text);
    if (!parsed.success) throw new Error(UNREADABLE);
    revocations.add(parsed.output);
  }

  /** The central tells of some, and of all at each registration. */
  add(told: readonly Revocation[]): void {
    const { revocations, log } = this.deps;
    if (!revocations) return;
    const before = revocations.all.length;
    if (!revocations.add(told)) return;
    const more = plural(revocations.all.length - before, "more key");
    log.info("revoked", `the central refuses ${more}, and so does this secondary`);
    this.save(revocations);
  }

  /** Nothing is stored any more. */
  stop(): void {
    this.stopped = true;
    this.cancelRetry?.();
  }

  /** Tried again until it succeeds: the central may be away at the next start. */
  private save(revocations: Revocations): void {
    const { store, storeFailures, clock } = this.deps;
    const saved = store.setMeta(REVOCATIONS_KEY, JSON.stringify(revocations.all)).catch((error: Error) => {
      if (!this.stopped)
        this.cancelRetry ??= clock.after(STORE_RETRY_MS, () => {
          this.cancelRetry = null;
          this.save(revocations);
        });
      throw error;
    });
    storeFailures.log(saved);
  }
}
