import { afterEach, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { inlineBatches } from "../../../../src/platform/workers/batch-client.ts";
import { DescriptorCache } from "../../../../src/secondary/serving/descriptor-cache.ts";
import { smallFilesOf } from "../../../../src/secondary/serving/small-files.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { IndexFixture, idOf } from "../index-fixture.ts";

/**
 * A shared folder with the file `sub/film`, where somebody puts a link that leads out in the place of `sub`, or of the
 * file, just for the moment in which it is opened.
 */
class Attack {
  readonly outside = temporaryFolder();
  readonly fixture: IndexFixture;
  private readonly aside = path.join(temporaryFolder(), "aside");
  private armed = false;
  /** How often something was opened through the link. */
  count = 0;

  constructor(
    /** What the link is put in the place of. */
    private readonly name: "sub" | "sub/film",
    /** Calls of the blocking disk before which the link comes. */
    steps: readonly ("lstat" | "open")[] = [],
  ) {
    fs.writeFileSync(path.join(this.outside, "film"), "theirs");
    const blocking = Object.fromEntries(
      steps.map((step) => [step, this.around((...args: never[]) => (systemBlockingDisk[step] as Call)(...args))]),
    );
    this.fixture = new IndexFixture({ blocking });
  }

  arm(armed = true): void {
    this.armed = armed;
  }

  /** A call, with the link there while it lasts. Its first argument is a path. */
  around<T>(call: (...args: never[]) => T): (...args: never[]) => T {
    return (...args) => {
      if (!this.armed || !String(args[0]).endsWith("/sub/film")) return call(...args);
      const place = this.fixture.path(this.name);
      fs.renameSync(place, this.aside);
      fs.symlinkSync(this.name === "sub" ? this.outside : path.join(this.outside, "film"), place);
      this.count += 1;
      const restore = () => {
        fs.unlinkSync(place);
        fs.renameSync(this.aside, place);
      };
      return finallyDo(() => call(...args), restore);
    };
  }
}

type Call = (...args: never[]) => unknown;

function finallyDo<T>(work: () => T, after: () => void): T {
  let isLater = false;
  try {
    const result = work();
    if (!(result instanceof Promise)) return result;
    isLater = true;
    return result.finally(after) as T;
  } finally {
    if (!isLater) after();
  }
}

let attack: Attack;

afterEach(() => attack.fixture.stop());

test("what a link leads to that replaces a folder while its files are read is never recorded", async () => {
  attack = new Attack("sub", ["lstat", "open"]);
  const { fixture } = attack;
  fixture.write("sub/film", "ours 1");
  fixture.write("other", "other");
  attack.arm();
  await fixture.start();
  await fixture.untilHolds("other", "other");
  await fixture.nextScans();
  expect(attack.count).toBeGreaterThan(0);
  expect([...fixture.index.files()].map(({ name }) => name)).toEqual(["other"]);
  attack.arm(false);
  await fixture.untilHolds("sub/film", "ours 1");
});

/** The index of a folder with one file, that is recorded and has not changed since. */
async function indexed(name: "sub" | "sub/film"): Promise<IndexFixture> {
  attack = new Attack(name);
  const { fixture } = attack;
  fixture.write("sub/film", "ours 1");
  await fixture.start();
  await fixture.agree();
  return fixture;
}

test.each(["sub", "sub/film"] as const)(
  "nor is it opened to be served, were its fingerprint the same (%s)",
  async (name) => {
    const { index, clock } = await indexed(name);
    const id = idOf("ours 1");
    const [place] = index.placesOf(id);
    if (!place) throw new Error("it is not recorded");
    const fstat = async (fd: number) => ({ ...(await systemDisk.fstat(fd)), ...place.fingerprint });
    const open = attack.around((...args: never[]) =>
      (systemDisk.open as (...args: never[]) => Promise<number>)(...args),
    );
    const cache = new DescriptorCache({
      disk: { ...systemDisk, fstat, open: open as typeof systemDisk.open },
      clock,
      index,
    });
    attack.arm();
    expect(await cache.acquire(id)).toBeNull();
    expect(attack.count).toBeGreaterThan(0);
    attack.arm(false);
    const file = await cache.acquire(id);
    const bytes = new Uint8Array(6);
    await systemDisk.read(file?.fd ?? -1, bytes, 0);
    expect(Buffer.from(bytes).toString()).toBe("ours 1");
    file?.release();
    cache.close();
  },
);

test.each(["sub", "sub/film"] as const)("nor read whole to be served (%s)", async (name) => {
  const { index, guard } = await indexed(name);
  const id = idOf("ours 1");
  const [place] = index.placesOf(id);
  if (!place) throw new Error("it is not recorded");
  const fstat = (fd: number) => ({ ...systemBlockingDisk.fstat(fd), ...place.fingerprint });
  const open = attack.around((...args: never[]) => (systemBlockingDisk.open as (...args: never[]) => number)(...args));
  const disk = { ...systemBlockingDisk, fstat, open: open as typeof systemBlockingDisk.open };
  const small = smallFilesOf(index, inlineBatches(disk), guard);
  const file = small.find(id);
  if (!file) throw new Error("it is not found");
  const read = async () => Buffer.from((await small.read([file])).bytes).toString();
  attack.arm();
  expect(await read()).toBe("");
  expect(attack.count).toBe(1);
  attack.arm(false);
  expect(await read()).toBe("ours 1");
});

test("a link that stays within the folder is recorded and served", async () => {
  const fixture = await indexed("sub");
  const { index, clock } = fixture;
  fs.symlinkSync("sub/film", fixture.path("relative"));
  fs.symlinkSync(fixture.path("sub/film"), fixture.path("absolute"));
  await fixture.untilHolds("relative", "ours 1");
  await fixture.untilHolds("absolute", "ours 1");
  fs.unlinkSync(fixture.path("relative"));
  await fixture.untilHolds("relative", null);
  const cache = new DescriptorCache({ disk: systemDisk, clock, index });
  const places = [...index.placesOf(idOf("ours 1"))].filter(({ name }) => name === "absolute");
  expect(places).toHaveLength(1);
  const file = await cache.acquire(idOf("ours 1"));
  expect(file?.size).toBe(6);
  file?.release();
  cache.close();
});

test("one that leads to what is kept or staged is not, on whatever disk within the folder that is", async () => {
  attack = new Attack("sub");
  const { fixture } = attack;
  fixture.write("disk/.redes/kept", "kept");
  fs.symlinkSync("disk/.redes/kept", fixture.path("link"));
  fixture.write("other", "other");
  await fixture.start();
  expect([...fixture.index.files()].map(({ name }) => name)).toEqual(["other"]);
});
