import { beforeEach, expect, test } from "bun:test";
import type { DatedEvent } from "../../../../src/http/events/cluster-event.ts";
import { EventHub, HEARTBEAT_MS, MAX_READERS } from "../../../../src/http/events/event-hub.ts";
import { MAX_BACKLOG_BYTES } from "../../../../src/http/events/event-reader.ts";
import { pastEvents } from "../../../../src/http/events/past-events.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

let clock: FakeClock;
let hub: EventHub;
let cuts: number;

beforeEach(() => {
  clock = new FakeClock();
  hub = new EventHub(clock);
  cuts = 0;
});

const connection = {
  release() {},
  cut() {
    cuts += 1;
  },
};

const event = (id: string, text = "nothing"): DatedEvent => {
  return { id, at: 0, event: { type: "serving", serving: false, missing: text, lacks: null } };
};

function listen(seen: string | null = null) {
  const stream = hub.listen(seen, connection);
  if (!stream) throw new Error("there are too many");
  const reader = stream.getReader();
  return {
    leave: () => reader.cancel(),
    /** The next so many parts, as types with their ids. */
    async next(parts: number): Promise<string[]> {
      const read: string[] = [];
      for (let part = 0; part < parts; part++) {
        const { value } = await reader.read();
        const text = new TextDecoder().decode(value);
        const [, id] = /^id: (.*)$/m.exec(text) ?? [];
        const [, type = text.trim()] = /^event: (.*)$/m.exec(text) ?? [];
        read.push(id === undefined ? type : `${type} ${id}`);
      }
      return read;
    },
  };
}

test("who listens hears of what happens from then on", async () => {
  hub.publish([event("r-1")]);
  const one = listen();
  hub.publish([event("r-2"), event("r-3")]);
  expect(await one.next(3)).toEqual(["ready r-1", "serving r-2", "serving r-3"]);
  const waiting = one.next(1);
  hub.publish([event("r-4")]);
  expect(await waiting).toEqual(["serving r-4"]);
});

test("who comes back hears first of what was missed", async () => {
  hub.publish([event("r-1"), event("r-2"), event("r-3")]);
  expect(await listen("r-1").next(3)).toEqual(["ready", "serving r-2", "serving r-3"]);
  expect(await listen("r-3").next(1)).toEqual(["ready r-3"]);
  expect(await listen("other-1").next(1)).toEqual(["reset r-3"]);
});

test.each([
  ["events", 1500, 10],
  ["bytes", 100, 20_000],
])("of very many %s the oldest are forgotten, and who asks for these is told so", async (_, count, length) => {
  for (let index = 1; index <= count; index++) hub.publish([event(`r-${index}`, "x".repeat(length))]);
  expect(await listen("r-1").next(1)).toEqual([`reset r-${count}`]);
  expect(await listen(`r-${count - 5}`).next(2)).toEqual(["ready", `serving r-${count - 4}`]);
  expect(hub.ring.all().length).toBeLessThanOrEqual(1000);
});

test("what has happened is remembered for longer than figures, which change all the time", () => {
  hub.publish([event("r-0")]);
  for (let index = 1; index <= 2000; index++) {
    hub.publish([{ id: `r-${index}`, at: 0, event: { type: "progress", downloads: [] } }]);
  }
  const ids = (query: Parameters<typeof pastEvents>[1]) => pastEvents(hub.ring, query).events.map(({ id }) => id);
  expect(ids({ limit: 2 })).toEqual(["r-1999", "r-2000"]);
  expect(ids({ only: "news", limit: 2 })).toEqual(["r-0"]);
  hub.publish([event("r-2001")]);
  expect(ids({ only: "news", after: "r-1999", limit: 2 })).toEqual(["r-2001"]);
});

test("who takes nothing is cut off, and the others hear everything", async () => {
  listen();
  const reading = listen();
  expect(await reading.next(1)).toEqual(["ready"]);
  const bytes = 100_000;
  for (let sent = 0, index = 1; sent <= MAX_BACKLOG_BYTES; sent += bytes, index++) {
    hub.publish([event(`r-${index}`, "x".repeat(bytes))]);
    expect(await reading.next(1)).toEqual([`serving r-${index}`]);
  }
  expect([cuts, hub.readerCount]).toEqual([1, 1]);
});

test("a sign of life comes now and then, as long as somebody listens", async () => {
  const one = listen();
  await one.next(1);
  clock.advance(HEARTBEAT_MS);
  expect(await one.next(1)).toEqual([": alive"]);
  await one.leave();
  expect([hub.readerCount, clock.pending]).toEqual([0, 0]);
});

test("more than may listen are refused, until one leaves", async () => {
  const [first] = Array.from({ length: MAX_READERS }, () => listen());
  expect(hub.listen(null, connection)).toBeNull();
  await first?.leave();
  expect(hub.listen(null, connection)).not.toBeNull();
});
