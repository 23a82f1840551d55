import { expect, test } from "bun:test";
import { JointAllowance, UNLIMITED } from "../../../../src/platform/pacing/allowance.ts";
import { RateLimiter } from "../../../../src/platform/pacing/rate-limiter.ts";
import { TokenBucket } from "../../../../src/platform/pacing/token-bucket.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const KIB = 1024;

function setUp(rate: number | null, bucket = new TokenBucket(), clock = new FakeClock()) {
  const limiter = new RateLimiter({ clock, now: () => clock.now() }, bucket);
  limiter.setRate(rate);
  return { clock, limiter, bucket };
}

test("without a limit nobody waits, and no timer runs", () => {
  const { clock, limiter } = setUp(null);
  expect(limiter.consume(1e9)).toBeNull();
  expect(clock.pending).toBe(0);
});

test("those who wait go on in the order of asking, with one timer between them", () => {
  const { clock, limiter } = setUp(10 * KIB);
  const gone: number[] = [];
  for (let one = 0; one < 50; one++) limiter.consume(KIB)?.(() => gone.push(one));
  expect(clock.pending).toBe(1);
  clock.advance(2050);
  expect(gone).toEqual([...Array(20).keys()]);
  clock.advance(10_000);
  expect(gone).toEqual([...Array(50).keys()]);
  expect(clock.pending).toBe(0);
});

test("a thousand who wait wake the thread as often as the bytes pass, and not each for itself", () => {
  const { clock, limiter } = setUp(1024 * KIB);
  let wakes = 0;
  const counting = {
    after(ms: number, run: () => void) {
      return clock.after(ms, () => {
        wakes += 1;
        run();
      });
    },
  };
  const counted = new RateLimiter({ clock: counting, now: () => clock.now() }, limiter.bucket);
  for (let one = 0; one < 1000; one++) counted.consume(50 * KIB)?.(() => {});
  clock.advance(10_000);
  expect(wakes).toBeLessThanOrEqual(10_000 / 48);
});

test("who does not want to wait any more is not called", () => {
  const { clock, limiter } = setUp(KIB);
  let called = false;
  const cancel = limiter.consume(10 * KIB)?.(() => {
    called = true;
  });
  cancel?.();
  clock.advance(60_000);
  expect(called).toBe(false);
});

test("another rate holds at once for those who wait, and where another thread sets it a moment later", () => {
  const { clock, limiter, bucket } = setUp(KIB);
  const gone: string[] = [];
  limiter.consume(100 * KIB)?.(() => gone.push("here"));
  const { limiter: other } = setUp(KIB, bucket, clock);
  other.consume(100 * KIB)?.(() => gone.push("there"));
  limiter.setRate(null);
  expect(gone).toEqual(["here"]);
  clock.advance(100);
  expect(gone).toEqual(["here", "there"]);
});

test("bytes under several limits wait for the slowest, and blocks are as small as the smallest wants them", () => {
  const clock = new FakeClock();
  const { limiter: slow } = setUp(20 * KIB, new TokenBucket(), clock);
  const { limiter: fast } = setUp(100 * KIB, new TokenBucket(), clock);
  const joint = new JointAllowance([fast, slow, UNLIMITED]);
  expect(joint.quantum).toBe(KIB);
  let gone = 0;
  joint.consume(20 * KIB)?.(() => {
    gone += 1;
  });
  clock.advance(500);
  expect(gone).toBe(0);
  clock.advance(600);
  expect(gone).toBe(1);
  expect(new JointAllowance([UNLIMITED]).consume(1)).toBeNull();
});

test("a limit that begins to hold while bytes wait for another one holds for them, too", () => {
  const clock = new FakeClock();
  const { limiter: first } = setUp(20 * KIB, new TokenBucket(), clock);
  const { limiter: later } = setUp(null, new TokenBucket(), clock);
  const joint = new JointAllowance([later, first]);
  let gone = 0;
  const pass = () => {
    gone += 1;
  };
  joint.consume(20 * KIB)?.(pass);
  const cancel = joint.consume(20 * KIB)?.(pass);
  clock.advance(500);
  later.setRate(10 * KIB);
  clock.advance(2000);
  expect(gone).toBe(0);
  clock.advance(600);
  expect(gone).toBe(1);
  cancel?.();
  clock.advance(60_000);
  expect([gone, clock.pending]).toEqual([1, 0]);
});

test("a limit holds back until it has not for two seconds: before anything has come nobody knows", () => {
  const { clock, limiter } = setUp(100 * KIB);
  /** So many bytes each tenth of a second. */
  const run = (ms: number, bytes: number) => {
    const seen: boolean[] = [];
    for (let passed = 0; passed < ms; passed += 100) {
      limiter.consume(bytes);
      clock.advance(100);
      seen.push(limiter.holdsBack());
    }
    return seen;
  };
  expect(run(1900, KIB)).not.toContain(false);
  run(500, KIB);
  expect(run(1000, KIB)).not.toContain(true);
  expect(run(1000, 20 * KIB).at(-1)).toBe(true);
  limiter.setRate(null);
  expect(limiter.holdsBack()).toBe(false);
});
