import type { DatedEvent } from "./cluster-event.ts";

/** Past events that are remembered: some minutes of a busy cluster. */
const MAX_EVENTS = 1000;
/** Bytes of them as they are sent. */
const MAX_BYTES = 512 * 1024;

/** An event with its bytes in a stream of events, which all readers share. */
export interface RingEvent {
  readonly dated: DatedEvent;
  readonly bytes: Uint8Array;
}

/** The latest events, for those who come back. Sans-I/O. */
export class EventRing {
  private readonly events: RingEvent[] = [];
  private totalBytes = 0;

  /** The id of the latest; null: there was none. */
  get last(): string | null {
    return this.events.at(-1)?.dated.id ?? null;
  }

  add(dated: DatedEvent): RingEvent {
    const text = `id: ${dated.id}\nevent: ${dated.event.type}\ndata: ${JSON.stringify(dated)}\n\n`;
    const added = { dated, bytes: new TextEncoder().encode(text) };
    this.events.push(added);
    this.totalBytes += added.bytes.length;
    while (this.events.length > MAX_EVENTS || this.totalBytes > MAX_BYTES) {
      this.totalBytes -= this.events.shift()?.bytes.length ?? 0;
    }
    return added;
  }

  all(): readonly RingEvent[] {
    return this.events;
  }

  /** Those after an event; null: it is too old, or of another run, and who has seen it has missed others. */
  after(id: string): readonly RingEvent[] | null {
    const index = this.events.findLastIndex(({ dated }) => dated.id === id);
    return index === -1 ? null : this.events.slice(index + 1);
  }
}
