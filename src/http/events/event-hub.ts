import { type Cancel, type Clock, every } from "../../platform/clock.ts";
import type { OpenConnection } from "../server/router.ts";
import type { DatedEvent } from "./cluster-event.ts";
import { EventReader } from "./event-reader.ts";
import { EventRing } from "./event-ring.ts";

/** Most who listen at once: the page of everybody in a large team, more than once. */
export const MAX_READERS = 500;
/** Milliseconds between two signs of life: proxies close connections over which nothing goes for a minute. */
export const HEARTBEAT_MS = 15_000;
/** Milliseconds after which a reader that was cut off comes back. */
const RETRY_MS = 2000;

const bytesOf = (text: string) => new TextEncoder().encode(text);
const HEARTBEAT = bytesOf(": alive\n\n");

/** Passes on what happens to everybody who listens, and remembers the latest of it. */
export class EventHub {
  readonly ring = new EventRing();
  private readonly readers = new Set<EventReader>();
  private cancelHeartbeat: Cancel | null = null;

  constructor(private readonly clock: Clock) {}

  get readerCount(): number {
    return this.readers.size;
  }

  publish(events: readonly DatedEvent[]): void {
    for (const event of events) {
      const { bytes } = this.ring.add(event);
      for (const reader of this.readers) reader.send(bytes);
    }
  }

  /** `seen`: the last event that somebody who comes back has seen. Null: there are too many already. */
  listen(seen: string | null, connection: OpenConnection): ReadableStream<Uint8Array> | null {
    if (this.readers.size >= MAX_READERS) return null;
    const reader = new EventReader(connection, (ended) => this.left(ended));
    this.readers.add(reader);
    this.cancelHeartbeat ??= every(this.clock, HEARTBEAT_MS, () => this.beat());
    const missed = seen === null ? [] : this.ring.after(seen);
    reader.send(bytesOf(greeting(missed === null ? "reset" : "ready", missed?.length ? null : this.ring.last)));
    for (const { bytes } of missed ?? []) reader.send(bytes);
    return reader.stream;
  }

  private beat(): void {
    for (const reader of this.readers) reader.send(HEARTBEAT);
  }

  private left(reader: EventReader): void {
    this.readers.delete(reader);
    if (this.readers.size > 0) return;
    this.cancelHeartbeat?.();
    this.cancelHeartbeat = null;
  }
}

/** `ready`: what follows has happened since; `reset`: something was missed, and everything must be asked for anew. */
function greeting(type: "ready" | "reset", id: string | null): string {
  return `retry: ${RETRY_MS}\n${id === null ? "" : `id: ${id}\n`}event: ${type}\ndata: {}\n\n`;
}
