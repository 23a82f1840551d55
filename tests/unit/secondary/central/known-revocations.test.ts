import { expect, test } from "bun:test";
import { type Revocation, Revocations } from "../../../../src/keys/trust/revocations.ts";
import { DAY_MS } from "../../../../src/platform/units.ts";
import { KnownRevocations } from "../../../../src/secondary/central/known-revocations.ts";
import { STORE_RETRY_MS } from "../../../../src/secondary/store-failures.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

/** A secondary's, with a store that outlives a run. */
class Fixture {
  readonly clock = new FakeClock();
  readonly lines: string[] = [];
  readonly failures: string[] = [];
  readonly stored = new Map<string, string>();
  failure: Error | null = null;
  saves = 0;

  run(revocations: Revocations | null): KnownRevocations {
    const note = (_event: string, text: string) => void this.lines.push(String(text));
    return new KnownRevocations({
      clock: this.clock,
      log: { info: note, warn: note, error: note },
      store: {
        meta: async (key) => this.stored.get(key) ?? null,
        setMeta: async (key, value) => {
          this.saves += 1;
          if (this.failure) throw this.failure;
          this.stored.set(key, value);
        },
      },
      storeFailures: { log: (stored) => void stored.catch((error: Error) => this.failures.push(error.message)) },
      revocations,
    });
  }

  /** What the next run begins with. */
  async next(): Promise<Revocation[]> {
    const revocations = new Revocations();
    await this.run(revocations).load();
    return revocations.all;
  }

  revoked(digit: string, days = 1): Revocation {
    return { fingerprint: digit.repeat(64), until: this.clock.wall() + days * DAY_MS };
  }
}

test("what the central tells holds at once, also in the next run, and is stored and logged once", async () => {
  const fixture = new Fixture();
  const revocations = new Revocations();
  const known = fixture.run(revocations);
  const [one, two] = [fixture.revoked("1"), fixture.revoked("2")];
  known.add([one]);
  expect(revocations.all).toEqual([one]);
  known.add([one]);
  known.add([]);
  expect(fixture.saves).toBe(1);
  known.add([one, two]);
  expect(await fixture.next()).toEqual([one, two]);
  expect(fixture.lines).toEqual(new Array(2).fill("the central refuses 1 more key, and so does this secondary"));
});

test("a clock that is wrong for a while has none forgotten, at a start and when the central tells of more", async () => {
  const fixture = new Fixture();
  fixture.run(new Revocations()).add([fixture.revoked("1")]);
  const [one, two] = [fixture.revoked("1"), fixture.revoked("2")];
  fixture.clock.advance(1000 * DAY_MS);
  const revocations = new Revocations();
  const known = fixture.run(revocations);
  await known.load();
  known.add([two]);
  expect(revocations.all).toEqual([one, two]);
  expect(await fixture.next()).toEqual([one, two]);
});

test("what could not be stored holds, and is stored as soon as that is possible", async () => {
  const fixture = new Fixture();
  const revocations = new Revocations();
  const known = fixture.run(revocations);
  const [one, two] = [fixture.revoked("1"), fixture.revoked("2")];
  fixture.failure = new Error("the disk is full");
  known.add([one]);
  known.add([two]);
  await Bun.sleep(0);
  expect(fixture.failures).toEqual(new Array(2).fill("the disk is full"));
  expect(revocations.all).toEqual([one, two]);
  fixture.clock.advance(STORE_RETRY_MS);
  await Bun.sleep(0);
  expect(fixture.saves).toBe(3);
  fixture.failure = null;
  fixture.clock.advance(STORE_RETRY_MS);
  await Bun.sleep(0);
  expect(await fixture.next()).toEqual([one, two]);
  fixture.clock.advance(10 * STORE_RETRY_MS);
  expect(fixture.saves).toBe(4);
});

test("a secondary that has stopped stores nothing more", async () => {
  for (const stopsFirst of [true, false]) {
    const fixture = new Fixture();
    const known = fixture.run(new Revocations());
    fixture.failure = new Error("closed");
    known.add([fixture.revoked("1")]);
    if (stopsFirst) known.stop();
    await Bun.sleep(0);
    known.stop();
    fixture.clock.advance(10 * STORE_RETRY_MS);
    expect(fixture.saves).toBe(1);
  }
});

test("a store with something else in their place keeps the secondary from letting anybody in", async () => {
  const fixture = new Fixture();
  for (const text of ["", "{}", '[{"fingerprint":"x","until":1}]']) {
    fixture.stored.set("revocations", text);
    await expect(fixture.next()).rejects.toThrow("the database does not say any more which keys are revoked");
  }
});

test("without keys there is nobody to refuse", async () => {
  const fixture = new Fixture();
  const known = fixture.run(null);
  await known.load();
  known.add([fixture.revoked("1")]);
  expect(fixture.saves).toBe(0);
});
