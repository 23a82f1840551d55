import { beforeAll, describe, expect, test } from "bun:test";
import type { Identity } from "../../../src/keys/identity.ts";
import { newClusterKey, newCredential } from "../../../src/keys/issue.ts";
import type { ClusterKey, KeyContents } from "../../../src/keys/key-contents.ts";
import { KeyError } from "../../../src/keys/key-error.ts";
import { KeyKeeper } from "../../../src/keys/key-keeper.ts";
import type { KeyFile, KeyMaterial } from "../../../src/keys/key-material.ts";
import { validFor } from "../../../src/keys/validity.ts";
import { type Log, silentLog } from "../../../src/platform/log/log.ts";
import { DAY_MS } from "../../../src/platform/units.ts";
import { FakeClock } from "../../support/fake-clock.ts";

const NOW = Date.UTC(2030, 0, 1);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const CENTRAL: Identity = { role: "central" };
const HALF_MS = 3.5 * DAY_MS;

let cluster: ClusterKey;
let next: ClusterKey;

beforeAll(async () => {
  [cluster, next] = await Promise.all([newClusterKey(NOW), newClusterKey(NOW)]);
});

const credential = (days: number, by = cluster) => newCredential(by, CENTRAL, validFor(days, NOW));

/** Time whose wall clock somebody may set. */
class SettableClock extends FakeClock {
  private set = 0;

  override wall(): number {
    return super.wall() + this.set;
  }

  setBy(ms: number): void {
    this.set += ms;
  }
}

/** A keeper, what its files hold now, and what came of it. */
class Kept {
  readonly materials: KeyMaterial[] = [];
  readonly lines: string[] = [];
  readonly log: Log;

  private constructor(
    readonly clock: SettableClock,
    readonly keeper: KeyKeeper,
  ) {
    const note = (event: string, message: string) => void this.lines.push(`${event}: ${message}`);
    this.log = { info: note, warn: note, error: note };
    this.materials.push(keeper.ring.current);
    keeper.ring.onChange((material) => void this.materials.push(material));
  }

  static async with(files: (KeyContents | KeyError)[], now = NOW): Promise<Kept> {
    const clock = new SettableClock(now);
    const read = async () =>
      files.map((contents, index): KeyFile => {
        if (contents instanceof KeyError) throw contents;
        return { path: `${index + 1}.key`, contents };
      });
    return new Kept(clock, await KeyKeeper.load(clock, CENTRAL, read));
  }

  /** Lets time pass until there are so many lines in the log. */
  async until(lines: number, step: number): Promise<void> {
    while (this.lines.length < lines) await this.pass(step);
  }

  /** Lets time pass, and what it brought about be done. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    // Comes after what is under way, and finds nothing that is due.
    await this.keeper.renewWhereDue(silentLog).catch(() => {});
  }

  ends(): string[] {
    return this.materials.map(({ notAfter }) => new Date(notAfter).toISOString().slice(0, 16));
  }
}

describe("a certificate from the cluster key", () => {
  test("is made anew after half of its time, again and again", async () => {
    const kept = await Kept.with([cluster]);
    kept.keeper.keepRenewed(kept.log);
    kept.clock.advance(HALF_MS - MINUTE_MS);
    await kept.until(1, MINUTE_MS);
    expect(kept.clock.passed).toBe(HALF_MS);
    kept.clock.advance(HALF_MS - MINUTE_MS);
    await kept.until(2, MINUTE_MS);
    expect(kept.clock.passed).toBe(2 * HALF_MS);
    expect(kept.ends()).toEqual(["2030-01-08T00:00", "2030-01-11T12:00", "2030-01-15T00:00"]);
    expect(kept.lines).toEqual([
      "certificate-renewed: another certificate was made, until 2030-01-11",
      "certificate-renewed: another certificate was made, until 2030-01-15",
    ]);
    expect(new Set(kept.materials.map(({ key }) => key)).size).toBe(3);
    expect(kept.keeper.ring.current).toBe(kept.materials.at(-1) as KeyMaterial);
  });

  test("is made anew soon after a sleep of the machine, and when its clock was set back", async () => {
    const kept = await Kept.with([cluster], NOW + 30 * DAY_MS);
    kept.keeper.keepRenewed(kept.log);
    kept.clock.setBy(20 * DAY_MS);
    await kept.until(1, MINUTE_MS);
    kept.clock.setBy(-10 * DAY_MS);
    await kept.until(2, MINUTE_MS);
    expect(kept.clock.passed).toBe(2 * MINUTE_MS);
    expect(kept.ends()).toEqual(["2030-02-07T00:00", "2030-02-27T00:01", "2030-02-17T00:02"]);
  });

  test("stays when a clock is set back by seconds, or nothing is due", async () => {
    const kept = await Kept.with([cluster]);
    kept.keeper.keepRenewed(kept.log);
    kept.clock.setBy(-50_000);
    await kept.pass(3 * DAY_MS);
    expect(kept.materials).toHaveLength(1);
  });

  test("is no longer made after the end of the key, nor when the keeper has stopped", async () => {
    const end = cluster.authority.notAfter;
    const kept = await Kept.with([cluster], end - DAY_MS);
    kept.keeper.keepRenewed(kept.log);
    kept.clock.setBy(2 * DAY_MS);
    await kept.pass(10 * DAY_MS);
    expect(kept.lines).toEqual([]);
    expect(kept.materials).toHaveLength(1);

    const stopped = await Kept.with([cluster]);
    stopped.keeper.keepRenewed(stopped.log);
    stopped.keeper.keepWarning(stopped.log);
    stopped.keeper.stop();
    expect(stopped.clock.pending).toBe(0);
  });

  test("is made although another key has ended, by which nobody gets in any more", async () => {
    const kept = await Kept.with([cluster, await credential(2, next)]);
    kept.keeper.keepRenewed(kept.log);
    await kept.until(1, HOUR_MS);
    expect(kept.clock.passed).toBe(HALF_MS);
    expect(kept.materials.map(({ authorities }) => authorities.length)).toEqual([2, 1]);
  });

  test("that cannot be made is reported once an hour", async () => {
    const kept = await Kept.with([cluster]);
    kept.keeper.keepRenewed(kept.log);
    kept.clock.setBy(-DAY_MS);
    await kept.until(1, MINUTE_MS);
    await kept.until(2, MINUTE_MS);
    expect(kept.clock.passed).toBe(HOUR_MS + MINUTE_MS);
    expect(kept.lines[0]).toStartWith("keys-failed: no other certificate can be made: 1.key: it is not valid before ");
    expect(kept.materials).toHaveLength(1);
  });
});

test("a credential is not made anew", async () => {
  const kept = await Kept.with([await credential(20)]);
  kept.keeper.keepRenewed(kept.log);
  await kept.pass(19 * DAY_MS);
  expect(kept.materials).toHaveLength(1);
});

describe("files that are read again", () => {
  test("count from then on", async () => {
    const files: KeyContents[] = [cluster, cluster];
    const kept = await Kept.with(files);
    files.splice(0, 2, await credential(20, next), cluster);
    await kept.keeper.reload(kept.log);
    const { authorities, canIssue } = kept.keeper.ring.current;
    expect({ authorities, canIssue }).toEqual({
      authorities: [next.authority.pem, cluster.authority.pem],
      canIssue: false,
    });
    expect(kept.lines).toEqual([
      "keys-read: the keys were read again: the credential of the central in 1.key, until 2030-01-21; the cluster key in 2.key, until 2059-12-25",
    ]);
    kept.keeper.keepWarning(kept.log);
    kept.clock.advance(14 * DAY_MS);
    expect(kept.lines[1]).toStartWith("key-near-end: the credential of the central in 1.key ends on 2030-01-21");
  });

  test("change nothing when one cannot be used", async () => {
    const files: (KeyContents | KeyError)[] = [cluster];
    const kept = await Kept.with(files);
    const ofSecondary = await newCredential(cluster, { role: "secondary", number: 3 }, validFor(20, NOW));
    const cases: [KeyContents | KeyError, string][] = [
      [new KeyError("1.key: it is gone"), "1.key: it is gone"],
      [ofSecondary, "1.key: it is the key of secondary 3, not of the central"],
      [await newCredential(cluster, CENTRAL, { notBefore: NOW - 2 * DAY_MS, notAfter: NOW - DAY_MS }), "has expired"],
    ];
    for (const [contents, why] of cases) {
      files[0] = contents;
      await kept.keeper.reload(kept.log);
      expect(kept.lines.at(-1)).toStartWith("keys-failed: the keys stay as they were: ");
      expect(kept.lines.at(-1)).toContain(why);
    }
    expect(kept.materials).toHaveLength(1);
    // What it had is renewed still.
    kept.keeper.keepRenewed(kept.log);
    await kept.until(4, HOUR_MS);
    expect(kept.lines.at(-1)).toStartWith("certificate-renewed: ");
  });
});

describe("what nears its end", () => {
  test("is warned of from a week before, once a day", async () => {
    const kept = await Kept.with([await credential(20), cluster]);
    kept.keeper.keepWarning(kept.log);
    const days: number[] = [];
    for (let hour = 0; hour < 21.5 * 24; hour++) {
      const before = kept.lines.length;
      kept.clock.advance(HOUR_MS);
      if (kept.lines.length > before) days.push(Math.floor(kept.clock.passed / DAY_MS));
    }
    expect(days).toEqual([13, 14, 15, 16, 17, 18, 19, 20, 21]);
    const todo = "make a new one, see redes key --help";
    expect(kept.lines[0]).toBe(`key-near-end: the credential of the central in 1.key ends on 2030-01-21: ${todo}`);
    expect(kept.lines.at(-1)).toBe(
      `key-near-end: the credential of the central in 1.key has expired on 2030-01-21: ${todo}`,
    );
  });

  test("is warned of at once, each of the files", async () => {
    const kept = await Kept.with([await credential(6), await credential(8), await credential(5, next)]);
    kept.keeper.keepWarning(kept.log);
    expect(kept.lines.map((line) => /in (\d.key)/.exec(line)?.[1])).toEqual(["1.key", "3.key"]);
  });

  test("is the cluster key, too; not the certificate that is made from it", async () => {
    const kept = await Kept.with([cluster]);
    expect(kept.keeper.warnings()).toEqual([]);
    const late = await Kept.with([cluster], cluster.authority.notAfter - 2 * DAY_MS);
    expect(late.keeper.warnings().map(String)).toEqual([
      "the cluster key in 1.key ends on 2059-12-25: make a new one, see redes key --help",
    ]);
  });
});
