import type { SourceAddress } from "../protocol/fields.ts";
import type { Told } from "../sentences/sentence.ts";
import type { DownloadDeps, DownloadSpec } from "./download-spec.ts";
import { type SourceStats, sourceStats } from "./download-stats.ts";
import { describeNoSources } from "./no-sources-alarm.ts";
import { Source, type SourceEvents } from "./source.ts";

/** The sources of one download, each with its number. */
export class SourceSet {
  private readonly byNumber = new Map<number, Source>();

  constructor(
    private readonly deps: DownloadDeps,
    private readonly spec: DownloadSpec,
    /** Whether a source is to be asked for the piece hashes. */
    private readonly needsHashes: () => boolean,
    private readonly events: SourceEvents,
  ) {}

  get size(): number {
    return this.byNumber.size;
  }

  /** Whether no connection of any of them writes any more, or ever will. */
  get allStopped(): boolean {
    for (const { state } of this.byNumber.values()) if (state !== "stopped") return false;
    return true;
  }

  get(number: number): Source | undefined {
    return this.byNumber.get(number);
  }

  /** The central says that these are connected, at these addresses. `start`: whether to use the new ones at once. */
  update(addresses: readonly SourceAddress[], start: boolean): void {
    for (const address of addresses) {
      const source = this.byNumber.get(address.number) ?? this.add(address);
      source.addressReported(address);
      if (start) source.start();
    }
  }

  startAll(): void {
    for (const source of this.byNumber.values()) source.start();
  }

  stopAll(): void {
    for (const source of this.byNumber.values()) source.stop();
  }

  /** Disconnects those that have not answered `open`, or a request for the piece hashes, in time. */
  disconnectOverdue(now: number): void {
    const needsHashes = this.needsHashes();
    for (const source of this.byNumber.values()) {
      if (source.openTimedOut(now) || (needsHashes && source.hashesTimedOut(now))) source.disconnect();
    }
  }

  /** The numbers of all, or of those that are `ready`. */
  numbers(which: "all" | "ready"): readonly number[] {
    const wanted = [...this.byNumber.values()].filter(({ state }) => which === "all" || state === "ready");
    return wanted.map(({ number }) => number).sort((left, right) => left - right);
  }

  /** Whether a limit, here or there, is why nothing comes from one of them. */
  isHeldBack(now: number): boolean {
    for (const { heldBackUntil } of this.byNumber.values()) if (now < heldBackUntil) return true;
    return false;
  }

  stats(): readonly SourceStats[] {
    return sourceStats(this.byNumber.values());
  }

  /** Why none of them is ready. */
  describeFailures(): Told {
    return describeNoSources(this.byNumber.values());
  }

  private add(address: SourceAddress): Source {
    const { name, version, role, download } = this.spec;
    const { sink } = this.deps;
    const { direct, journal } = sink;
    const fixed = { role, id: version.id, name, download, direct, journal };
    const source = new Source(
      this.deps,
      address,
      (source) => ({ ...fixed, ...source, file: sink.file, manifest: this.needsHashes() }),
      this.events,
    );
    this.byNumber.set(address.number, source);
    return source;
  }
}
