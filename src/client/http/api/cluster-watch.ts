import { LISTENING_MS } from "../../../http/client/listeners.ts";
import { type Cancel, type Clock, every } from "../../../platform/clock.ts";
import type { Messages } from "../../../protocol/messages/messages.ts";
import type { CentralSession } from "../../central-session.ts";
import type { ServedCatalogue } from "../served-catalogue.ts";

/** Milliseconds between two questions of how the cluster is: the central answers from memory. */
const POLL_INTERVAL_MS = 1000;
/** Milliseconds after which the catalogue is asked for though nothing points to a change. */
const RELIST_MS = 30_000;

type ClusterState = Messages["state"];

/** What the central has said of itself last; `silent`: why it says nothing now. */
export type KnownState =
  | { readonly kind: "told"; readonly state: ClusterState }
  | { readonly kind: "silent"; readonly why: string };

/**
 * Asks the central how the cluster is as long as somebody listens: it tells clients nothing by itself. The catalogue is asked
 * for anew when the secondaries hold other files than before, since the list of all is long.
 */
export class ClusterWatch {
  private until = Number.NEGATIVE_INFINITY;
  private cancel: Cancel | null = null;
  private polling = false;
  private known: KnownState | null = null;
  /** How the secondaries were when the catalogue was asked for. */
  private listedFor = "";

  constructor(
    private readonly clock: Clock,
    private readonly session: Pick<CentralSession, "state">,
    private readonly catalogue: Pick<ServedCatalogue, "refresh" | "age" | "isRested">,
  ) {}

  /** Whether somebody listens. */
  get isWatching(): boolean {
    return this.cancel !== null;
  }

  /** Null: it has not been asked yet. */
  get state(): KnownState | null {
    return this.known;
  }

  /** Somebody listens, and will for a while. */
  listened(): void {
    this.until = this.clock.now() + LISTENING_MS;
    if (this.cancel) return;
    this.cancel = every(this.clock, POLL_INTERVAL_MS, () => this.pollOrEnd());
    void this.poll();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  private pollOrEnd(): void {
    if (this.clock.now() > this.until) return this.stop();
    if (!this.polling) void this.poll();
  }

  private async poll(): Promise<void> {
    this.polling = true;
    try {
      const state = await this.session.state();
      this.known = { kind: "told", state };
      await this.list(state);
    } catch (error) {
      this.known = { kind: "silent", why: (error as Error).message };
    } finally {
      this.polling = false;
    }
  }

  private async list({ synchronized, secondaries }: ClusterState): Promise<void> {
    const how = JSON.stringify(secondaries.map(({ number, state, files, left }) => [number, state, files, left.files]));
    if (!synchronized || !this.catalogue.isRested) return;
    if (how === this.listedFor && this.catalogue.age < RELIST_MS) return;
    await this.catalogue.refresh();
    this.listedFor = how;
  }
}
