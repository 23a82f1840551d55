import { type DatedEvent, isNews } from "./cluster-event.ts";

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
  private readonly events = new Bounded();
  /** Those that are more than figures, which change all the time: hours of them. */
  private readonly latestNews = new Bounded();

  /** The id of the latest; null: there was none. */
  get last(): string | null {
    return this.events.items.at(-1)?.dated.id ?? null;
  }

  add(dated: DatedEvent): RingEvent {
    const text = `id: ${dated.id}\nevent: ${dated.event.type}\ndata: ${JSON.stringify(dated)}\n\n`;
    const added = { dated, bytes: new TextEncoder().encode(text) };
    this.events.add(added);
    if (isNews(dated.event)) this.latestNews.add(added);
    return added;
  }

  all(): readonly RingEvent[] {
    return this.events.items;
  }

  news(): readonly RingEvent[] {
    return this.latestNews.items;
  }

  /** Those after an event; null: it is too old, or of another run, and who has seen it has missed others. */
  after(id: string): readonly RingEvent[] | null {
    const { items } = this.events;
    const index = items.findLastIndex(({ dated }) => dated.id === id);
    return index === -1 ? null : items.slice(index + 1);
  }
}

/** The latest of many. */
class Bounded {
  readonly items: RingEvent[] = [];
  private totalBytes = 0;

  add(event: RingEvent): void {
    this.items.push(event);
    this.totalBytes += event.bytes.length;
    while (this.items.length > MAX_EVENTS || this.totalBytes > MAX_BYTES) {
      this.totalBytes -= this.items.shift()?.bytes.length ?? 0;
    }
  }
}
