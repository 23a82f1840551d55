import { expect, test } from "bun:test";
import { RateLimiter } from "../../../../src/platform/pacing/rate-limiter.ts";
import { TokenBucket } from "../../../../src/platform/pacing/token-bucket.ts";
import { SendingPace } from "../../../../src/secondary/pacing/sending-pace.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

function setUp(withLimits = true) {
  const clock = new FakeClock();
  const limiter = () => new RateLimiter({ clock, now: () => clock.now() }, new TokenBucket());
  const limits = { upload: limiter(), copies: limiter(), download: limiter() };
  const sent = { clients: 0, copies: 0, receivers: 1 };
  const pace = new SendingPace({ clock, limits: withLimits ? limits : null, sent: () => sent });
  return { clock, limits, sent, pace };
}

test("clients have the limit of all, copies their own as well", () => {
  const { limits, pace } = setUp();
  limits.copies.setRate(20 * KIB);
  expect(pace.allowance("client").quantum).toBeNull();
  expect(pace.allowance("secondary").quantum).toBe(KIB);
  limits.upload.setRate(10 * MIB);
  expect(pace.allowance("client").quantum).toBe(512 * KIB);
  expect(pace.allowance("secondary").quantum).toBe(KIB);
  pace.stop();
});

test("copies that take from clients are slowed, and nobody looks any more once no copy wants anything", () => {
  const { clock, sent, pace } = setUp(false);
  const copies = pace.allowance("secondary");
  for (let ms = 0; ms < 10_000; ms += 100) {
    // What copies do not get, clients do.
    const slowed = copies.quantum !== null;
    sent.clients += slowed ? MIB : 0.5 * MIB;
    sent.copies += slowed ? 64 * KIB : 0.5 * MIB;
    copies.consume(1);
    clock.advance(100);
  }
  expect(copies.quantum).not.toBeNull();
  expect(pace.allowance("client").quantum).toBeNull();
  clock.advance(11_000);
  expect(copies.quantum).toBeNull();
  expect(clock.pending).toBe(0);
});

test("after its end it keeps no timer", () => {
  const { clock, pace } = setUp(false);
  const copies = pace.allowance("secondary");
  copies.consume(1);
  expect(clock.pending).toBe(1);
  pace.stop();
  copies.consume(1);
  expect(clock.pending).toBe(0);
});
