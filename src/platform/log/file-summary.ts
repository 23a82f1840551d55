import type { Cancel, Clock } from "../clock.ts";
import { plural } from "../units.ts";
import type { Log } from "./log.ts";

/** Most names in a line. */
export const MAX_NAMES_IN_LINE = 10;
/** So many of a kind have a line each; more, that come at the same time, share one. */
const MAX_SINGLE_LINES = 3;
/** Milliseconds for which news is gathered at first... */
const COLLECT_MS = 50;
/** ...and between two lines, or few, of a kind... */
const MIN_PERIOD_MS = 1_000;
/** ...which becomes twice as long, up to the most, each time that so many files came in it: they may come for minutes. */
const FILES_TO_DOUBLE_PERIOD = 100;
const MAX_PERIOD_MS = 16_000;

/** A file, and the fields of its log line other than its name. */
export interface SummarizedFile {
  readonly name: string;
  /** Bytes. */
  readonly size?: number;
  /** Of the secondary where it happened. */
  readonly number?: number;
}

/** Something that happens to files. */
export interface SummaryKind {
  readonly event: string;
  /** The line about one file. */
  describeOne(file: SummarizedFile): string;
  /** The beginning of the line about many files, before their names; `files` is such as `12 files`. */
  describe(files: string): string;
}

interface PendingSummary {
  readonly files: SummarizedFile[];
  count: number;
  /** When the last line was written, and how long the next news of the kind has to wait after that (milliseconds). */
  last: number;
  period: number;
  cancel: Cancel | null;
}

/**
 * Log lines about files, each with its name: of many at the same time one line together, which names the first ones. So
 * that the log can be read, and does not grow by as much as the shared folder does.
 */
export class FileSummaries {
  private readonly pending = new Map<SummaryKind, PendingSummary>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** A line is put together only when it is written: of thousands of files most share one. */
  add(kind: SummaryKind, file: SummarizedFile): void {
    const collected = this.pending.get(kind) ?? {
      files: [],
      count: 0,
      last: Number.NEGATIVE_INFINITY,
      period: MIN_PERIOD_MS,
      cancel: null,
    };
    this.pending.set(kind, collected);
    collected.count += 1;
    if (collected.files.length < MAX_NAMES_IN_LINE) collected.files.push(file);
    if (collected.cancel) return;
    const wait = Math.max(COLLECT_MS, collected.last + collected.period - this.clock.now());
    collected.cancel = this.clock.after(wait, () => this.write(kind, collected));
  }

  /** Writes what was gathered. */
  flush(): void {
    for (const [kind, collected] of this.pending) {
      collected.cancel?.();
      if (collected.count > 0) this.write(kind, collected);
    }
  }

  private write(kind: SummaryKind, collected: PendingSummary): void {
    const files = collected.files.splice(0);
    const { count } = collected;
    collected.count = 0;
    collected.cancel = null;
    collected.last = this.clock.now();
    collected.period = count > FILES_TO_DOUBLE_PERIOD ? Math.min(2 * collected.period, MAX_PERIOD_MS) : MIN_PERIOD_MS;
    if (count <= MAX_SINGLE_LINES) {
      for (const file of files) {
        const { name, ...fields } = file;
        this.log.info(kind.event, kind.describeOne(file), { ...fields, name });
      }
      return;
    }
    const names = files.map(({ name }) => name);
    const text = `${kind.describe(plural(count, "file"))}: ${listNames(names, count)}`;
    this.log.info(kind.event, text, { files: count, names });
  }
}

/** The first names of `count`, and how many others there are: `a, b, c … and 2 more`. */
export function listNames(names: readonly string[], count = names.length): string {
  const named = names.slice(0, MAX_NAMES_IN_LINE).join(", ");
  const more = count - Math.min(names.length, MAX_NAMES_IN_LINE);
  return more > 0 ? `${named} … and ${more} more` : named;
}
