import type { Clock } from "../platform/clock.ts";
import type { ListedFile } from "../protocol/messages/client.ts";
import type { CentralSession } from "./central-session.ts";

/** Most names that Tab offers: more would only scroll past. */
const MAX_COMPLETIONS = 1000;
/** Milliseconds after which Tab asks for a new list: nobody waits for it, so it may be this old. */
const MAX_AGE_MS = 2000;

/** The names of the catalogue as the last list had them, which Tab completes without waiting for the central. */
export class CatalogueCache {
  private names: readonly string[] = [];
  private askedAt: number;

  constructor(
    private readonly clock: Clock,
    private readonly session: CentralSession,
  ) {
    this.askedAt = clock.now();
  }

  /** Gets the list as soon as there is a central, so that Tab knows it before anybody has asked for it. */
  async fill(): Promise<void> {
    await this.session.untilConnected();
    await this.refresh();
  }

  /** The list of now. Rejects as {@link CentralSession.list} does, and when the central cannot be reached. */
  async refresh(): Promise<readonly ListedFile[]> {
    this.askedAt = this.clock.now();
    await this.session.currentAttempt();
    const files = await this.session.list();
    this.names = files.map(({ name }) => name);
    return files;
  }

  /** The names that begin with `prefix`. What is new since the last list is there for the next call. */
  complete(prefix: string): readonly string[] {
    if (this.clock.now() - this.askedAt > MAX_AGE_MS) void this.refresh().catch(() => {});
    return this.names.filter((name) => name.startsWith(prefix)).slice(0, MAX_COMPLETIONS);
  }
}
