import { expect, test } from "bun:test";
import { UnfinishedHandshakes } from "../../../../src/net/transport/unfinished-handshakes.ts";
import { silentLog } from "../../../../src/platform/log/log.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

class HalfOpen {
  ended = false;
  constructor(readonly remoteAddress: string) {}
  terminate(): void {
    this.ended = true;
  }
}

test("handshakes that do not end are few, are ended after five seconds, and keep nobody out", () => {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = { ...silentLog, warn: (event: string) => void lines.push(event) };
  const handshakes = new UnfinishedHandshakes<HalfOpen>(clock, log, 20_000);
  const begin = (host: string) => {
    const socket = new HalfOpen(host);
    handshakes.begin(socket);
    return socket;
  };
  const first = Array.from({ length: 1000 }, () => begin("10.0.0.1"));
  const honest = begin("10.0.0.2");
  const acceptedAt = clock.now();
  const flood = Array.from({ length: 2000 }, () => begin("10.0.0.1"));
  expect(first.every(({ ended }) => ended)).toBe(true);
  expect(flood.filter(({ ended }) => !ended)).toHaveLength(1023);
  expect(lines).toEqual(["unfinished"]);

  clock.advance(4000);
  expect(honest.ended).toBe(false);
  expect(handshakes.end(honest)).toBe(acceptedAt);
  expect(handshakes.end(honest)).toBeNull();
  clock.advance(1000);
  expect(flood.every(({ ended }) => ended)).toBe(true);
  expect(honest.ended).toBe(false);
  expect(clock.pending).toBe(0);
});

test("handshakes take a quarter of the descriptors at most", () => {
  const handshakes = new UnfinishedHandshakes<HalfOpen>(new FakeClock(), null, 1024);
  const flood = Array.from({ length: 600 }, () => new HalfOpen("10.0.0.1"));
  for (const socket of flood) handshakes.begin(socket);
  expect(flood.filter(({ ended }) => !ended)).toHaveLength(256);
});
