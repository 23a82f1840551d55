import { expect, test } from "bun:test";
import type { Channel } from "../../../../src/net/session/channel.ts";
import { ConnectionLimit } from "../../../../src/net/transport/connection-limit.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { LogLimiter } from "../../../../src/platform/log/log-limiter.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

/** A server that takes 8 connections, and how each of its connections ended: told why, or without a word. */
function server() {
  const lines: string[] = [];
  const log = { ...silentLog, warn: (event: string, text: string) => void lines.push(`${event}: ${text}`) };
  const clock = new FakeClock();
  const limit = new ConnectionLimit(8, clock, new LogLimiter(log, clock));
  const connect = (remoteHost: string, greets = true) => {
    const ends: string[] = [];
    const fail = (code: string) => void ends.push(code);
    const channel = { remoteHost, fail, close: () => void ends.push("closed") } as unknown as Channel;
    limit.opened(channel);
    if (ends.length > 0) limit.closed(channel);
    else if (greets) limit.greeted(channel);
    return { ends, channel };
  };
  return { clock, lines, limit, connect };
}

test("who comes when all places of an address, or of all, are taken is refused, and the log says it in few lines", () => {
  const { lines, limit, connect, clock } = server();
  const taken = Array.from({ length: 6 }, () => connect("10.0.0.1"));
  expect(connect("10.0.0.1").ends).toEqual(["busy"]);
  expect([connect("10.0.0.2").ends, connect("10.0.0.3").ends]).toEqual([[], []]);
  expect(connect("10.0.0.4").ends).toEqual(["busy"]);
  expect(lines).toEqual([
    "connections: there are 6 connections from one address, as many as it may have; 10.0.0.1 is refused",
    "connections: there are 8 connections, as many as may be (see ulimit -n); 10.0.0.4 is refused",
  ]);
  const [first] = taken;
  if (first) limit.closed(first.channel);
  expect(connect("10.0.0.1").ends).toEqual([]);

  // Each that is told why stays a moment longer.
  const refused = Array.from({ length: 100 }, () => connect("10.0.0.5").ends.join());
  expect(refused.filter((end) => end === "busy")).toHaveLength(14);
  expect(lines.length).toBeLessThan(25);
  clock.advance(1000);
  expect(connect("10.0.0.5").ends).toEqual(["busy"]);
});

test("the oldest connection that has not greeted gives its place to a new one, and is told why", () => {
  const { lines, connect } = server();
  const [oldest, second] = Array.from({ length: 4 }, () => connect("10.0.0.1", false));
  const honest = connect("10.0.0.2");
  expect([oldest?.ends, second?.ends, honest.ends]).toEqual([["busy"], [], []]);
  expect(lines).toEqual([
    "connections: too many connections have not greeted yet, and the oldest ones are ended; 10.0.0.1 is refused",
  ]);
});
