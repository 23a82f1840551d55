import { expect, test } from "bun:test";
import { type Revocation, Revocations } from "../../../../src/keys/trust/revocations.ts";
import { DAY_MS } from "../../../../src/keys/validity.ts";
import { KnownRevocations } from "../../../../src/secondary/central/known-revocations.ts";
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
    const note = (_event: string, text: string) => void this.lines.push(text);
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

test("what has ended is forgotten, in the store too", async () => {
  const fixture = new Fixture();
  const known = fixture.run(new Revocations());
  known.add([fixture.revoked("1", 1), fixture.revoked("2", 9)]);
  const late = fixture.revoked("2", 9);
  fixture.clock.advance(3 * DAY_MS);
  expect(await fixture.next()).toEqual([late]);
  const third = fixture.revoked("3");
  known.add([third]);
  expect([...fixture.stored.values()].map((text) => JSON.parse(text))).toEqual([[late, third]]);
});

test("what could not be stored is stored when the central tells of anything again", async () => {
  const fixture = new Fixture();
  const revocations = new Revocations();
  const known = fixture.run(revocations);
  fixture.failure = new Error("the disk is full");
  known.add([fixture.revoked("1")]);
  await Bun.sleep(0);
  expect(fixture.failures).toEqual(["the disk is full"]);
  expect(revocations.all).toHaveLength(1);
  fixture.failure = null;
  known.add([fixture.revoked("1")]);
  expect(await fixture.next()).toEqual([fixture.revoked("1")]);
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
