import type { Clock } from "../../platform/clock.ts";
import type { Log } from "../../platform/log/log.ts";
import type { LogLimiter } from "../../platform/log/log-limiter.ts";
import { StateMachine, type Transitions } from "../../platform/state-machine.ts";
import { plural } from "../../platform/units.ts";
import type { Missing } from "../../protocol/missing.ts";
import type { Told } from "../../sentences/sentence.ts";
import type { RemoteCentralStore } from "../remote-store.ts";
import type { PersistedState } from "../store.ts";
import { ListCompleteness } from "./list-completeness.ts";
import { absentTold, missingTold, unheardTold } from "./missing-text.ts";
import { missingForSync, missingToServe, type ServedCluster } from "./synchronization.ts";

/**
 * `synchronizing`: the cluster was never in step, and waits for all secondaries; `recovering`: it was, before the central
 * was started again, and waits for one; `serving`: clients can list and download; `stopped`.
 */
type ServingPhase = "synchronizing" | "recovering" | "serving" | "stopped";

const NEXT: Transitions<ServingPhase> = {
  synchronizing: ["serving", "stopped"],
  recovering: ["serving", "stopped"],
  serving: ["stopped"],
  stopped: [],
};

/** Most numbers in an entry of the log. */
const MAX_LOGGED = 100;

export interface ServingStateDeps {
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
  readonly limitedLog: Pick<LogLimiter, "error">;
  readonly store: Pick<RemoteCentralStore, "markSynchronized">;
  readonly registry: ServedCluster;
  /** The secondaries that are connected. */
  readonly channels: { readonly size: number };
  /** How many secondaries must be in step before it serves for the first time. */
  readonly expectedSecondaries: number;
}

/** Whether the central serves clients, and what it waits for. */
export class ServingState {
  private readonly machine: StateMachine<ServingPhase>;
  private readonly completeness: ListCompleteness;

  /** `persisted`: what the store says of the time before the central was started. */
  constructor(
    private readonly deps: ServingStateDeps,
    { synchronized, secondaries }: Pick<PersistedState, "synchronized" | "secondaries">,
  ) {
    this.machine = new StateMachine("a central", NEXT, synchronized ? "recovering" : "synchronizing");
    const known = secondaries.map(({ number }) => number);
    this.completeness = new ListCompleteness(deps.registry.secondaries, known, synchronized);
  }

  get isStopped(): boolean {
    return this.machine.is("stopped");
  }

  /** What keeps the central from serving, in a sentence; null when it serves. */
  missing(): Told | null {
    return missingTold(this.lacks());
  }

  /** The same, for those who say it in words of their own. */
  lacks(): Missing | null {
    const { registry, expectedSecondaries } = this.deps;
    return this.machine.is("synchronizing") ? missingForSync(registry, expectedSecondaries) : missingToServe(registry);
  }

  /** Why what it knows of the files may not be all, in a sentence; null when it is. One that does not serve may know all. */
  unlisted(): Told | null {
    const unheard = this.completeness.unheard();
    return unheard && unheardTold(unheard);
  }

  /** What keeps it from saying which files there are, and which are not. */
  missingForList(): Told | null {
    return this.missing() ?? this.unlisted();
  }

  /** Begins to serve as soon as nothing is missing. To be called when the registry has changed, and at regular times. */
  update(): void {
    this.beginToServe();
    if (this.isStopped) return;
    const late = this.completeness.update(this.deps.clock.now()) ?? [];
    if (late.length === 0) return;
    const text = `${absentTold(late)}: until then no list has what nobody else holds; whom nobody is to wait for any more, forget drops`;
    this.deps.log.warn("absent", text, { numbers: late.slice(0, MAX_LOGGED) });
  }

  private beginToServe(): void {
    const { store, log, limitedLog, registry, channels } = this.deps;
    const phase = this.machine.state;
    if (phase === "serving" || phase === "stopped" || channels.size === 0 || this.lacks() !== null) return;
    const failed = ({ message }: Error) => limitedLog.error("store-failed", `cannot store: ${message}`);
    // A failure does little harm: after a restart the central waits for all secondaries once more.
    if (phase === "synchronizing") store.markSynchronized().catch(failed);
    this.machine.become("serving");
    const files = registry.catalogue.size;
    const secondaries = plural(channels.size, "secondary", "secondaries");
    const next = files === 0 ? ": put files into the folder of any secondary" : "";
    log.info("synchronized", `serving ${plural(files, "file")} with ${secondaries}${next}`, { files });
  }

  /** False when it was stopped already. */
  stop(): boolean {
    if (this.isStopped) return false;
    this.machine.become("stopped");
    return true;
  }
}
