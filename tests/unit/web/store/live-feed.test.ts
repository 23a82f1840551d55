import { expect, test } from "bun:test";
import type { ApiFailure, ApiFailureKind, ApiResult } from "../../../../src/web/api/api-result.ts";
import type { EventStreamListener } from "../../../../src/web/api/event-stream.ts";
import type { CancelTimer, PageClock } from "../../../../src/web/api/page-clock.ts";
import { LiveFeed } from "../../../../src/web/store/live-feed.ts";
import { Store } from "../../../../src/web/store/store.ts";
import { dated, download, STATUS, secondary } from "./samples.ts";

class Timers implements PageClock {
  private time = 1_000_000;
  private timers: { readonly at: number; readonly run: () => void }[] = [];

  wall(): number {
    return this.time;
  }

  after(milliseconds: number, run: () => void): CancelTimer {
    const timer = { at: this.time + milliseconds, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  }

  async advance(milliseconds: number): Promise<void> {
    const until = this.time + milliseconds;
    for (;;) {
      const [next] = this.timers.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at);
      if (!next) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.time = next.at;
      next.run();
      await settled();
    }
    this.time = until;
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A server that answers, or does not. */
function setUp() {
  const clock = new Timers();
  const store = new Store();
  const streams: EventStreamListener[] = [];
  const server = {
    failure: null as ApiFailureKind | null,
    version: "1.0.0",
    past: [dated({ type: "accusations", missed: 1 })],
    asked: 0,
    open: 0,
    /** Called before the answer is given. */
    meanwhile: () => {},
  };
  const answer = async <T>(value: T): Promise<ApiResult<T>> => {
    server.asked += 1;
    server.meanwhile();
    const { failure: kind } = server;
    if (kind === null) return { ok: true, value };
    return { ok: false, failure: { kind, status: null, message: "no" } satisfies ApiFailure };
  };
  const feed = new LiveFeed({
    ...{ store, clock },
    api: {
      status: () => answer({ ...STATUS, version: server.version }),
      secondaries: () => answer({ secondaries: [secondary(1)] }),
      downloads: () => answer({ downloads: [download("a")], more: false }),
      events: () => answer({ events: server.past, complete: true }),
      session: () => answer({ keys: true, rights: "read", name: "ana", until: null }),
    },
    openStream: (listener) => {
      streams.push(listener);
      server.open += 1;
      return () => {
        server.open -= 1;
      };
    },
  });
  feed.start();
  const stream = () => {
    const last = streams.at(-1);
    if (!last) throw new Error("no stream was opened");
    return last;
  };
  return { clock, store, server, stream, streams, feed };
}

async function live() {
  const all = setUp();
  all.stream().opened(false);
  await settled();
  return all;
}

test("once events come, everything is asked for", async () => {
  const { store } = await live();
  const { connection, access, cluster, secondaries, downloads } = store.state;
  expect([connection, access, cluster?.files]).toEqual(["live", "granted", 3]);
  expect([secondaries.length, downloads.length]).toEqual([1, 1]);
  expect([store.state.log.entries.length, store.state.session?.name]).toEqual([1, "ana"]);
});

test("what happens while it is asked for is not lost to an older answer", async () => {
  const { store, server, stream } = setUp();
  server.meanwhile = () => {
    server.meanwhile = () => {};
    stream().event(dated({ type: "secondary", secondary: secondary(1, "lost"), isNews: true }));
  };
  stream().opened(false);
  await settled();
  expect(store.state.secondaries.map(({ state }) => state)).toEqual(["lost"]);
});

test("a connection that comes back with all events asks for the status alone; else for everything", async () => {
  const { store, server, stream } = await live();
  stream().lost(false);
  expect(store.state.connection).toBe("lost");
  server.asked = 0;
  server.version = "1.1.0";
  stream().opened(true);
  await settled();
  expect([store.state.connection, server.asked, store.state.version]).toEqual([
    "live",
    1,
    { loaded: "1.0.0", now: "1.1.0" },
  ]);
  const { revision } = store.state.catalogue;
  stream().opened(false);
  await settled();
  expect([server.asked, store.state.catalogue.revision]).toEqual([6, revision + 1]);
});

test("what comes with the answer and again with the stream has happened once", async () => {
  const { store, server, stream } = setUp();
  const lost = dated({ type: "secondary", secondary: secondary(1, "lost"), isNews: true });
  server.past = [lost];
  server.meanwhile = () => {
    server.meanwhile = () => {};
    stream().event(lost);
  };
  const told = () => store.state.log.entries.map(({ id }) => id);
  stream().opened(false);
  await settled();
  expect(told()).toEqual([lost.id]);
  stream().lost(false);
  stream().opened(true);
  stream().event(lost);
  await settled();
  expect(told()).toEqual([lost.id]);
  stream().lost(false);
  stream().opened(false);
  stream().event(lost);
  await settled();
  expect(told()).toEqual([lost.id]);
});

test("a stream that has ended is tried again, less and less often, for as long as it takes", async () => {
  const { store, server, stream, streams, clock } = await live();
  server.failure = "unreachable";
  for (let tries = 1; tries <= 8; tries++) {
    stream().lost(true);
    await settled();
    expect([store.state.connection, streams.length, server.open]).toEqual(["lost", tries, 0]);
    await clock.advance(15_000);
    expect([streams.length, server.open]).toEqual([tries + 1, 1]);
  }
  server.failure = null;
  stream().opened(false);
  await settled();
  expect(store.state.connection).toBe("live");
  stream().lost(true);
  await settled();
  await clock.advance(1000);
  expect(server.open).toBe(1);
});

test.each(["token", "rights"] as const)("nobody is asked again who wants another %s", async (kind) => {
  const { store, server, stream, streams, clock, feed } = setUp();
  server.failure = kind;
  stream().lost(true);
  await settled();
  await clock.advance(120_000);
  expect([store.state.access, streams.length]).toEqual([kind, 1]);
  server.failure = null;
  feed.start();
  stream().opened(false);
  await settled();
  expect(store.state.access).toBe("granted");
});

test("a server that says nothing any more is found out", async () => {
  const { store, server, streams, clock } = await live();
  await clock.advance(31_000);
  expect([store.state.connection, streams.length]).toEqual(["live", 1]);
  server.failure = "unreachable";
  await clock.advance(30_000);
  expect([store.state.connection, streams.length, server.open]).toEqual(["lost", 2, 1]);
});

test("when events of downloads were too many, the downloads are asked for", async () => {
  const { store, server, stream } = await live();
  store.update((state) => ({ ...state, downloads: [] }));
  server.asked = 0;
  stream().event(dated({ type: "downloads", missed: 3 }));
  await settled();
  expect([server.asked, store.state.downloads.length]).toEqual([1, 1]);
});
