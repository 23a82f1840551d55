import { describe, expect, test } from "bun:test";
import { MessagePace } from "../../../../../src/net/session/fairness/message-pace.ts";

/** How many messages of a flood are dealt with in `ms`, when those that must wait come as soon as they may. */
function takenIn(ms: number, pace: MessagePace): number {
  let taken = 0;
  for (let now = 0; now <= ms; now += pace.waitMs()) {
    pace.beginTurn(now);
    while (taken < 1_000_000) {
      taken += 1;
      if (pace.messageCame(now)) break;
    }
  }
  return taken;
}

describe("the messages of one peer", () => {
  test("come at once, some thousands of them, and then ten thousand a second", () => {
    const pace = new MessagePace(0);
    expect(takenIn(0.01, pace)).toBe(20_000);
    expect(takenIn(1000, new MessagePace(0))).toBeWithin(29_990, 30_011);
    expect(takenIn(5000, new MessagePace(0))).toBeWithin(69_990, 70_011);
  });

  test("that are within the rate never wait", () => {
    const pace = new MessagePace(0);
    for (let now = 0; now < 10_000; now += 0.2) {
      pace.beginTurn(now);
      expect(pace.messageCame(now)).toBe(false);
    }
  });

  test("that take long to deal with wait until the others have had their turn", () => {
    const pace = new MessagePace(0);
    pace.beginTurn(10);
    expect(pace.messageCame(11)).toBe(false);
    expect(pace.messageCame(12)).toBe(true);
    expect(pace.waitMs()).toBe(0);
    pace.beginTurn(13);
    expect(pace.messageCame(14)).toBe(false);
  });
});
