import type { Clock } from "../platform/clock.ts";
import { FileSummaries, type SummaryKind } from "../platform/log/file-summary.ts";
import type { Log } from "../platform/log/log.ts";
import { formatBytes } from "../platform/units.ts";

/** Something that has become of a file, for people. */
export interface ClusterEvent {
  /**
   * `new`: somebody has put it into a shared folder; `replaced`: another version of it; `vanished`: it is gone from a
   * folder, and others hold it; `lost`: nobody holds it any more.
   */
  readonly what: "new" | "replaced" | "vanished" | "lost";
  readonly name: string;
  /** Of the secondary where it was put, or from which it vanished. */
  readonly number: number;
  /** Bytes. */
  readonly size: number;
}

const KINDS: Readonly<Record<ClusterEvent["what"], SummaryKind>> = {
  new: { event: "new", describe: (files) => `${files} are new` },
  replaced: { event: "replaced", describe: (files) => `${files} have a new version` },
  vanished: { event: "vanished", describe: (files) => `${files} vanished from a secondary and are copied back` },
  lost: { event: "vanished", describe: (files) => `${files} vanished from the last secondary that held them` },
};

const REMOVED: SummaryKind = {
  event: "removed",
  describe: (files) => `${files} are being removed from every secondary`,
};

/** Tells in the central's log what becomes of files. */
export class ClusterSummary {
  private readonly summary: FileSummaries;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.summary = new FileSummaries(clock, log);
  }

  record(event: ClusterEvent): void {
    const { what, name, number, size } = event;
    this.summary.add(KINDS[what], name, sentence(event), { number, size });
  }

  /** Writes what was gathered. */
  flush(): void {
    this.summary.flush();
  }

  recordRemoval(name: string): void {
    this.summary.add(REMOVED, name, `${name} is being removed from every secondary`);
  }
}

function sentence({ what, name, number, size }: ClusterEvent): string {
  switch (what) {
    case "new":
      return `${name} is new: ${formatBytes(size)}, from secondary ${number}`;
    case "replaced":
      return `${name} has a new version: ${formatBytes(size)}, from secondary ${number}`;
    case "vanished":
      return `${name} vanished from secondary ${number} and is copied back`;
    case "lost":
      return `${name} vanished from secondary ${number}, the last that held it`;
  }
}
