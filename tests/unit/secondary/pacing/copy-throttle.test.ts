import { expect, test } from "bun:test";
import { CopyThrottle, SAMPLE_INTERVAL_MS } from "../../../../src/secondary/pacing/copy-throttle.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** What clients and copies get, in bytes a second, where copies may have `limit`; null: all. */
type Line = (limit: number | null) => { readonly clients: number; readonly copies: number };

/** All go over one link, and each of them gets the same. */
function shared(rate: number, clients: number, copies: number): Line {
  return (limit) => {
    const equal = (rate * copies) / (clients + copies);
    const forCopies = Math.min(limit ?? equal, equal);
    return { clients: rate - forCopies, copies: forCopies };
  };
}

/** Clients have a slow link of their own, and copies another. */
function apart(clients: number, copies: number): Line {
  return (limit) => ({ clients, copies: Math.min(limit ?? copies, copies) });
}

class Fixture {
  private readonly copyThrottle = new CopyThrottle();
  /** A clock begins anywhere. */
  private now = 86_400_000;
  private clients = 0;
  private copies = 0;
  private limit: number | null = null;

  /** Lets time pass. Gives the mean rates in it, and how little copies had at the least. */
  run(line: Line, seconds: number) {
    const [clients, copies] = [this.clients, this.copies];
    let least = Number.POSITIVE_INFINITY;
    for (let ms = 0; ms < seconds * 1000; ms += SAMPLE_INTERVAL_MS) {
      const rates = line(this.limit);
      this.clients += (rates.clients * SAMPLE_INTERVAL_MS) / 1000;
      this.copies += (rates.copies * SAMPLE_INTERVAL_MS) / 1000;
      least = Math.min(least, rates.copies);
      this.now += SAMPLE_INTERVAL_MS;
      this.limit = this.copyThrottle.update({ clients: this.clients, copies: this.copies, receivers: 1 }, this.now);
    }
    return { clients: (this.clients - clients) / seconds, copies: (this.copies - copies) / seconds, least };
  }
}

test("where they share a link, copies get a small part of it, and never less", () => {
  const fixture = new Fixture();
  fixture.run(shared(12 * MIB, 1, 3), 10);
  const { clients, copies, least } = fixture.run(shared(12 * MIB, 1, 3), 120);
  expect(copies / clients).toBeLessThan(0.3);
  // An eighth of what clients get while copies still have three quarters.
  expect(least).toBe((3 * MIB) / 8);
});

test("where clients wait for something else, copies keep nearly all that they had", () => {
  const fixture = new Fixture();
  const { copies } = fixture.run(apart(100 * KIB, 100 * MIB), 600);
  expect(copies / (100 * MIB)).toBeGreaterThan(0.85);
});

test("alone, copies have all there is, and again when the clients are gone", () => {
  const fixture = new Fixture();
  const alone = apart(0, 50 * MIB);
  expect(fixture.run(alone, 60).copies).toBeCloseTo(50 * MIB, 0);
  fixture.run(shared(50 * MIB, 2, 2), 60);
  fixture.run(alone, 5);
  expect(fixture.run(alone, 60).copies).toBeCloseTo(50 * MIB, 0);
});

test("copies have all again when those whom they hindered are gone and others stay", () => {
  const fixture = new Fixture();
  fixture.run(shared(50 * MIB, 2, 2), 60);
  fixture.run(apart(MIB, 50 * MIB), 40);
  expect(fixture.run(apart(MIB, 50 * MIB), 120).copies / (50 * MIB)).toBeGreaterThan(0.9);
});

test("clients that come later are given way to as well", () => {
  const fixture = new Fixture();
  fixture.run(apart(MIB, 50 * MIB), 120);
  fixture.run(shared(50 * MIB, 5, 5), 240);
  const { clients, copies } = fixture.run(shared(50 * MIB, 5, 5), 60);
  expect(copies / clients).toBeLessThan(0.3);
});

test("a copy that gets less than it would be given anyway is let alone", () => {
  const fixture = new Fixture();
  const { copies } = fixture.run(apart(MIB, 10 * KIB), 300);
  expect(copies).toBe(10 * KIB);
});
