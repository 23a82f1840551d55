import type { Message } from "../protocol/messages/messages.ts";

interface Watched {
  readonly name: string;
  readonly id: string;
}

/**
 * Whose sources the central tells this client: those of the versions that somebody here watches. It knows a version once for
 * each session, however many watch it, so the last one who does not any more says so.
 */
export class SourceWatches {
  private readonly byWatcher = new Map<string, Watched>();

  constructor(private readonly send: (message: Message) => boolean) {}

  /** `watcher` wants to hear of the sources of a version. To be called again in each new session. */
  begin(watcher: string, { name, id }: Watched): void {
    this.byWatcher.set(watcher, { name, id });
    this.send({ type: "watch", name, id });
  }

  end(watcher: string): void {
    const watched = this.byWatcher.get(watcher);
    if (!watched) return;
    this.byWatcher.delete(watcher);
    const { name, id } = watched;
    for (const other of this.byWatcher.values()) if (other.name === name && other.id === id) return;
    this.send({ type: "unwatch", name, id });
  }
}
