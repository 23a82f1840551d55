import * as v from "valibot";
import type { Revocation, Revocations } from "../../keys/trust/revocations.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import { plural } from "../../platform/units.ts";
import { revocation } from "../../protocol/messages/keys.ts";
import type { RemoteStore } from "../remote-store.ts";
import type { StoreFailures } from "../store-failures.ts";

/** Under which the store keeps them, as JSON. */
const REVOCATIONS_KEY = "revocations";
const stored = v.pipe(v.string(), v.parseJson(), v.array(revocation));

const UNREADABLE =
  "the database does not say any more which keys are revoked: move it away, and a new one learns it from the central";

export interface KnownRevocationsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<RemoteStore, "meta" | "setMeta">;
  readonly storeFailures: Pick<StoreFailures, "log">;
  /** Whom the network refuses; null: there are no keys. */
  readonly revocations: Revocations | null;
}

/** The revocations that the central has told of: they hold also while it is away, and after a restart. */
export class KnownRevocations {
  /** Whether the store has, or is about to have, all that are known. */
  private isStored = true;

  constructor(private readonly deps: KnownRevocationsDeps) {}

  /** Those of earlier runs, before anybody is let in. Rejects where the store cannot be read, or holds something else. */
  async load(): Promise<void> {
    const { revocations, store, clock } = this.deps;
    const text = await store.meta(REVOCATIONS_KEY);
    if (!revocations || text === null) return;
    const parsed = v.safeParse(stored, text);
    if (!parsed.success) throw new Error(UNREADABLE);
    revocations.add(parsed.output);
    revocations.dropEnded(clock.wall());
  }

  /** The central tells of some, and of all at each registration. */
  add(told: readonly Revocation[]): void {
    const { revocations, store, storeFailures, clock, log } = this.deps;
    if (!revocations) return;
    revocations.dropEnded(clock.wall());
    const before = revocations.all.length;
    if (revocations.add(told)) {
      this.isStored = false;
      const more = plural(revocations.all.length - before, "more key");
      log.info("revoked", `the central refuses ${more}, and so does this secondary`);
    }
    if (this.isStored) return;
    this.isStored = true;
    const saved = store.setMeta(REVOCATIONS_KEY, JSON.stringify(revocations.all)).catch((error: Error) => {
      this.isStored = false;
      throw error;
    });
    storeFailures.log(saved);
  }
}
