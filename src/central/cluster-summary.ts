import type { Clock } from "../platform/clock.ts";
import { FileSummaries, type SummaryKind } from "../platform/log/file-summary.ts";
import type { Log } from "../platform/log/log.ts";
import { formatBytes } from "../platform/units.ts";
import type { FileEvent } from "./registry/effect.ts";

const KINDS: Readonly<Record<FileEvent["what"], SummaryKind>> = {
  new: {
    event: "new",
    describeOne: ({ name, size = 0, number }) => `${name} is new: ${formatBytes(size)}, from secondary ${number}`,
    describe: (files) => `${files} are new`,
  },
  replaced: {
    event: "replaced",
    describeOne: ({ name, size = 0, number }) =>
      `${name} has a new version: ${formatBytes(size)}, from secondary ${number}`,
    describe: (files) => `${files} have a new version`,
  },
  vanished: {
    event: "vanished",
    describeOne: ({ name, number }) => `${name} vanished from secondary ${number} and is copied back`,
    describe: (files) => `${files} vanished from a secondary and are copied back`,
  },
  lost: {
    event: "vanished",
    describeOne: ({ name, number }) => `${name} vanished from secondary ${number}, the last that held it`,
    describe: (files) => `${files} vanished from the last secondary that held them`,
  },
};

const REMOVED: SummaryKind = {
  event: "removed",
  describeOne: ({ name }) => `${name} is being removed from every secondary`,
  describe: (files) => `${files} are being removed from every secondary`,
};

/** Tells in the central's log what becomes of files. */
export class ClusterSummary {
  private readonly summary: FileSummaries;

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.summary = new FileSummaries(clock, log);
  }

  record({ what, name, number, size }: FileEvent): void {
    this.summary.add(KINDS[what], { number, size, name });
  }

  /** Writes what was gathered. */
  flush(): void {
    this.summary.flush();
  }

  recordRemoval(name: string): void {
    this.summary.add(REMOVED, { name });
  }
}
