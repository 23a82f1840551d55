import { expect, test } from "bun:test";
import { ClusterWatch } from "../../../../../src/client/http/api/cluster-watch.ts";
import { LISTENING_MS } from "../../../../../src/http/client/listeners.ts";
import type { Messages } from "../../../../../src/protocol/messages/messages.ts";
import { FakeClock } from "../../../../support/fake-clock.ts";
import { status } from "./listed.ts";

type State = Messages["state"];

/** A central that is asked, and a catalogue that is asked for. */
class Watched {
  readonly clock = new FakeClock();
  files = 1;
  synchronized = true;
  failure: Error | null = null;
  /** What comes before the next answer. */
  pause: Promise<void> = Promise.resolve();
  asked = 0;
  lists = 0;
  isRested = true;
  private listedAt = Number.NEGATIVE_INFINITY;
  readonly watch = new ClusterWatch(this.clock, { state: () => this.state() }, this);

  get age(): number {
    return this.clock.now() - this.listedAt;
  }

  async refresh(): Promise<void> {
    this.lists += 1;
    this.listedAt = this.clock.now();
  }

  /** Lets seconds pass one after the other, with somebody who listens where `listening`. */
  async pass(seconds: number, listening = true): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      if (listening && second % 10 === 0) this.watch.listened();
      await Bun.sleep(0);
      this.clock.advance(1000);
      await Bun.sleep(0);
    }
  }

  private async state(): Promise<State> {
    this.asked += 1;
    await this.pause;
    if (this.failure) throw this.failure;
    const { files, synchronized } = this;
    return {
      ...{ type: "state", request: 1, synchronized, missing: "", ending: [], active: 0, waiting: 0 },
      // Figures that change all the time.
      secondaries: [status(1, { files, sending: this.asked, room: { total: 9, free: this.asked } })],
    };
  }
}

test("asks nobody until somebody listens, and no longer than that", async () => {
  const watched = new Watched();
  await watched.pass(60, false);
  expect([watched.asked, watched.watch.isWatching]).toEqual([0, false]);
  await watched.pass(5);
  expect([watched.asked, watched.watch.isWatching, watched.watch.state?.kind]).toEqual([6, true, "told"]);
  await watched.pass(60, false);
  expect(watched.watch.isWatching).toBe(false);
  const { asked } = watched;
  expect(asked).toBe(1 + LISTENING_MS / 1000);
  await watched.pass(60, false);
  expect(watched.asked).toBe(asked);
});

test("asks again only when it has an answer", async () => {
  const watched = new Watched();
  const answer = Promise.withResolvers<void>();
  watched.pause = answer.promise;
  await watched.pass(5);
  expect(watched.asked).toBe(1);
  answer.resolve();
  await watched.pass(2);
  expect(watched.asked).toBe(3);
});

test("asks for a catalogue in which nothing seems to have changed every half a minute", async () => {
  const watched = new Watched();
  await watched.pass(29);
  expect(watched.lists).toBe(1);
  await watched.pass(1);
  expect(watched.lists).toBe(2);
});

test("asks for the catalogue when secondaries hold other files, and now and then", async () => {
  const watched = new Watched();
  await watched.pass(5);
  expect(watched.lists).toBe(1);
  watched.files = 2;
  await watched.pass(5);
  expect(watched.lists).toBe(2);
  await watched.pass(40);
  expect(watched.lists).toBe(3);
});

test("a catalogue that takes long is asked for later, and then for what has changed meanwhile", async () => {
  const watched = new Watched();
  await watched.pass(2);
  watched.isRested = false;
  watched.files = 2;
  await watched.pass(5);
  expect(watched.lists).toBe(1);
  watched.isRested = true;
  await watched.pass(2);
  expect(watched.lists).toBe(2);
});

test("says why the central says nothing, and goes on when it does", async () => {
  const watched = new Watched();
  watched.failure = new Error("the central cannot be reached");
  await watched.pass(2);
  expect(watched.watch.state).toEqual({ kind: "silent", why: "the central cannot be reached" });
  watched.failure = null;
  watched.synchronized = false;
  await watched.pass(2);
  expect([watched.watch.state?.kind, watched.lists]).toEqual(["told", 0]);
  watched.synchronized = true;
  await watched.pass(2);
  expect(watched.lists).toBe(1);
});
