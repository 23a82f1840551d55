import type { Clock } from "../../platform/clock.ts";
import type { KeptFiles, KeptVersion } from "./kept-files.ts";

/** Milliseconds for which a listing counts as new: Tab is pressed several times in a row. */
const MAX_LISTING_AGE_MS = 2000;
/** Most versions of each secondary that are asked for. */
const MAX_VERSIONS_PER_SECONDARY = 1000;

/** Names of kept files from the last listing, for completion, which cannot wait for answers. */
export class KeptNames {
  private names: readonly string[] = [];
  private listedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly keptFiles: Pick<KeptFiles, "list">,
    private readonly clock: Clock,
  ) {}

  update(versions: readonly KeptVersion[]): void {
    this.names = [...new Set(versions.map(({ name }) => name))].sort();
  }

  /** Asks for a new listing when the last one is old; its names are there the next time. */
  beginningWith(prefix: string, limit: number): string[] {
    const now = this.clock.now();
    if (now - this.listedAt > MAX_LISTING_AGE_MS) {
      this.listedAt = now;
      void this.keptFiles.list(null, MAX_VERSIONS_PER_SECONDARY).then(({ versions }) => this.update(versions));
    }
    return this.names.filter((name) => name.startsWith(prefix)).slice(0, limit);
  }
}
