import type { Cancel, Clock } from "../clock.ts";
import { plural } from "../units.ts";
import type { Fields, Log } from "./log.ts";

/** Most names in a line. */
export const MOST_NAMED = 10;
/** So many of a kind have a line each; more, that come at the same time, share one. */
const SINGLE = 3;
/** Milliseconds for which news is gathered at first... */
const GATHER = 50;
/** ...and between two lines, or few, of a kind... */
const PERIOD = 1_000;
/** ...which becomes twice as long, up to the most, each time that so many files came in it: they may come for minutes. */
const MANY = 100;
const MOST_PERIOD = 16_000;

/** Something that happens to files. */
export interface NewsKind {
  readonly event: string;
  /** What is said of many, before their names; `files` is such as `12 files`. */
  many(files: string): string;
}

interface Told {
  readonly name: string;
  readonly line: string;
  readonly fields: Fields;
}

interface Gathered {
  readonly files: Told[];
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
export class FileNews {
  private readonly kinds = new Map<NewsKind, Gathered>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** `line` is what is said when there are only a few; its fields are those of a line of its own, with the name. */
  tell(kind: NewsKind, name: string, line: string, fields: Fields = {}): void {
    const gathered = this.kinds.get(kind) ?? {
      files: [],
      count: 0,
      last: Number.NEGATIVE_INFINITY,
      period: PERIOD,
      cancel: null,
    };
    this.kinds.set(kind, gathered);
    gathered.count += 1;
    if (gathered.files.length < MOST_NAMED) gathered.files.push({ name, line, fields });
    if (gathered.cancel) return;
    const wait = Math.max(GATHER, gathered.last + gathered.period - this.clock.now());
    gathered.cancel = this.clock.after(wait, () => this.write(kind, gathered));
  }

  /** Writes what was gathered. */
  flush(): void {
    for (const [kind, gathered] of this.kinds) {
      gathered.cancel?.();
      if (gathered.count > 0) this.write(kind, gathered);
    }
  }

  private write(kind: NewsKind, gathered: Gathered): void {
    const files = gathered.files.splice(0);
    const { count } = gathered;
    gathered.count = 0;
    gathered.cancel = null;
    gathered.last = this.clock.now();
    gathered.period = count > MANY ? Math.min(2 * gathered.period, MOST_PERIOD) : PERIOD;
    if (count <= SINGLE) {
      for (const { name, line, fields } of files) this.log.info(kind.event, line, { ...fields, name });
      return;
    }
    const names = files.map(({ name }) => name);
    const text = `${kind.many(plural(count, "file"))}: ${someNames(names, count)}`;
    this.log.info(kind.event, text, { files: count, names });
  }
}

/** The first names of `count`, and how many there are beside them: `a, b, c … and 2 more`. */
export function someNames(names: readonly string[], count = names.length): string {
  const named = names.slice(0, MOST_NAMED).join(", ");
  const more = count - Math.min(names.length, MOST_NAMED);
  return more > 0 ? `${named} … and ${more} more` : named;
}
