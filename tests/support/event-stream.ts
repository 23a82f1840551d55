import type { ClusterEvent, DatedEvent } from "../../src/http/events/cluster-event.ts";

/** What came from a stream of events: `data` is null for `ready` and `reset`. */
export interface ReceivedEvent {
  readonly id: string | null;
  readonly type: string;
  readonly dated: DatedEvent | null;
}

type EventOf<T extends ClusterEvent["type"]> = Extract<ClusterEvent, { type: T }>;

/** One who listens to the events of a server. */
export class EventStream implements Disposable {
  readonly received: ReceivedEvent[] = [];
  private readonly abort = new AbortController();
  private changed: () => void = () => {};

  /** Resolves once the server has answered. `seen`: the last event that was seen before. */
  static async open(site: string, seen: string | null = null): Promise<EventStream> {
    const stream = new EventStream();
    const headers: Record<string, string> = seen === null ? {} : { "last-event-id": seen };
    const response = await fetch(`${site}/events`, { headers, signal: stream.abort.signal });
    if (!response.body || response.headers.get("content-type") !== "text/event-stream") {
      throw new Error(`no stream of events: ${response.status}`);
    }
    void stream.read(response.body).catch(() => {});
    return stream;
  }

  /** The first event, of those that came or will come, that is so. */
  async until<T extends ClusterEvent["type"]>(type: T, matches: (event: EventOf<T>) => boolean = () => true) {
    for (;;) {
      const found = this.received.find(({ dated }) => dated?.event.type === type && matches(dated.event as EventOf<T>));
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
  }

  /** Resolves once at least so many events have come. */
  async count(wanted: number): Promise<void> {
    while (this.received.length < wanted) {
      await new Promise<void>((resolve) => {
        this.changed = resolve;
      });
    }
  }

  [Symbol.dispose](): void {
    this.abort.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of body) {
      text += decoder.decode(bytes, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) this.receive(block);
      this.changed();
    }
  }

  private receive(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(block)?.[1] ?? null;
    const type = field("event");
    if (type === null) return;
    const data = JSON.parse(field("data") ?? "{}") as DatedEvent;
    this.received.push({ id: field("id"), type, dated: "event" in data ? data : null });
  }
}
