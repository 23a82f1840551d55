import { expect, test } from "bun:test";
import { Heartbeat } from "../../../../src/net/session/heartbeat.ts";

const RHYTHM = { interval: 1000, silence: 4000 };

test("a peer that talks is well, and is still pinged now and then so that it hears something", () => {
  const heartbeat = new Heartbeat(RHYTHM, 0);
  const verdicts = [];
  for (let now = 1000; now <= 6000; now += 1000) {
    heartbeat.heard(now - 1);
    verdicts.push(heartbeat.look(now));
  }
  expect(verdicts).toEqual(["well", "ping", "well", "ping", "well", "ping"]);
});

test("a silent peer is pinged and then given up", () => {
  const heartbeat = new Heartbeat(RHYTHM, 0);
  expect([1000, 2000, 3000, 4000].map((now) => heartbeat.look(now))).toEqual(["ping", "ping", "ping", "dead"]);
});

test("one byte is enough", () => {
  const heartbeat = new Heartbeat(RHYTHM, 0);
  expect([1000, 2000, 3000].map((now) => heartbeat.look(now))).toEqual(["ping", "ping", "ping"]);
  heartbeat.heard(3900);
  expect([4000, 5000, 6000, 7000].map((now) => heartbeat.look(now))).not.toContain("dead");
  expect(heartbeat.look(8000)).toBe("dead");
});

test("a look that comes late blames this process, not the peer", () => {
  const heartbeat = new Heartbeat(RHYTHM, 0);
  heartbeat.look(1000);
  expect(heartbeat.look(3_600_000)).not.toBe("dead");
  expect([1, 2, 3].map((second) => heartbeat.look(3_600_000 + second * 1000))).not.toContain("dead");
  expect(heartbeat.look(3_604_000)).toBe("dead");
});
