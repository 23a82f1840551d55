import { afterEach, expect, test } from "bun:test";
import fs from "node:fs";
import path from "node:path";
import { type BlockingDisk, type Disk, DiskError } from "../../../../src/platform/disk/disk.ts";
import { systemBlockingDisk } from "../../../../src/platform/disk/system-blocking-disk.ts";
import { systemDisk } from "../../../../src/platform/disk/system-disk.ts";
import { restore } from "../../../../src/secondary/kept/restore.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { IndexFixture, idOf } from "../index-fixture.ts";

/** The steps by which something is changed under a name. */
type Step = "rename" | "renameIf" | "renameNoReplace" | "makeSubfolder" | "removeIf" | "removeFolder" | "link";
type BlockingStep = "renameNoReplace" | "linkFd" | "makeSubfolder" | "open";

/** A shared folder in which somebody replaces a folder by a link that leads out, between the checks and a step. */
class Attack {
  /** Where the link leads: a folder with a file of the same name. */
  readonly outside = temporaryFolder();
  readonly fixture: IndexFixture;
  private readonly aside = path.join(temporaryFolder(), "sub");
  private readonly place: "sub" | ".redes";
  private armed = false;
  private done = false;
  /** Names that the file outside had at most. */
  private names = 1;

  constructor(options: {
    step?: Step;
    blockingStep?: BlockingStep;
    days?: number;
    place?: "sub" | ".redes";
    disk?: Partial<Disk>;
  }) {
    fs.writeFileSync(path.join(this.outside, "film"), "theirs");
    fs.mkdirSync(path.join(this.outside, "empty"));
    const { step, blockingStep, days = 0 } = options;
    this.place = options.place ?? "sub";
    this.fixture = new IndexFixture({
      days,
      ...(step ? { disk: this.before(systemDisk, step) satisfies Partial<Disk> } : {}),
      ...(options.disk ? { disk: options.disk } : {}),
      ...(blockingStep
        ? { blocking: this.before(systemBlockingDisk, blockingStep) satisfies Partial<BlockingDisk> }
        : {}),
    });
  }

  async start(): Promise<IndexFixture> {
    this.fixture.write("sub/film", "one");
    await this.fixture.start();
    await this.fixture.agree();
    this.armed = true;
    return this.fixture;
  }

  /** From now on the link may come, or not yet. */
  arm(armed: boolean): void {
    this.armed = armed;
  }

  /** Nothing outside is changed, and what is there has not come in. */
  expectNothingDone(): void {
    expect(this.done).toBe(true);
    expect(fs.readdirSync(this.outside).sort()).toEqual(["empty", "film"]);
    expect(fs.readFileSync(path.join(this.outside, "film"), "utf8")).toBe("theirs");
    expect(this.names).toBe(1);
    fs.unlinkSync(this.fixture.path(this.place));
    for (const name of fs.readdirSync(this.fixture.folder, { recursive: true, encoding: "utf8" })) {
      if (fs.statSync(this.fixture.path(name)).isFile()) expect(this.fixture.read(name)).not.toBe("theirs");
    }
  }

  private before<Name extends string, D extends { [Key in Name]: (...args: never[]) => unknown }>(
    disk: D,
    name: Name,
  ): Pick<D, Name> {
    const call = disk[name];
    const attacked = (...args: Parameters<typeof call>) => {
      this.replaceFolder();
      const result = call(...args);
      const count = () => {
        this.names = Math.max(this.names, fs.statSync(path.join(this.outside, "film")).nlink);
      };
      return result instanceof Promise ? result.finally(count) : result;
    };
    return { [name]: attacked } as unknown as Pick<D, Name>;
  }

  private replaceFolder(): void {
    if (!this.armed || this.done) return;
    this.done = true;
    fs.renameSync(this.fixture.path(this.place), this.aside);
    fs.symlinkSync(this.outside, this.fixture.path(this.place));
  }
}

let attack: Attack;

afterEach(() => attack.fixture.stop());

const installed = "installed" as const;

test.each([
  ["the rename to a new name", "renameNoReplace", "sub/new"],
  ["the rename to a name that is taken", "renameIf", "sub/film"],
  ["a folder is made for it", "makeSubfolder", "sub/new/film"],
] as const)("a file is not put where a link leads that comes just before %s", async (_when, step, name) => {
  attack = new Attack({ step });
  const fixture = await attack.start();
  expect(await fixture.index.install([fixture.stage(name, "two")])).not.toEqual([installed]);
  attack.expectNothingDone();
});

test.each([
  ["the rename", "renameNoReplace", "sub/new"],
  ["a folder is made for it", "makeSubfolder", "sub/new/film"],
] as const)("nor is one of many files, when it comes just before %s", async (_when, blockingStep, name) => {
  attack = new Attack({ blockingStep });
  const fixture = await attack.start();
  const staged = [fixture.stage(name, "two"), fixture.stage("other", "other")];
  const [, other] = await fixture.index.install(staged);
  expect(other).toBe(installed);
  attack.expectNothingDone();
});

test("nor is one of many files that have no name yet", async () => {
  attack = new Attack({ blockingStep: "linkFd" });
  const fixture = await attack.start();
  const staged = [fixture.stageUnnamed("sub/new", "two"), fixture.stageUnnamed("other", "other")];
  const [, other] = await fixture.index.install(staged);
  for (const { unnamed } of staged) if (unnamed !== null) fs.closeSync(unnamed);
  expect(other).toBe(installed);
  attack.expectNothingDone();
});

test.each([
  ["deleted", "removeIf", 0],
  ["moved to the kept ones", "rename", 1],
] as const)("a removed file is not %s where a link leads that comes meanwhile", async (_how, step, days) => {
  attack = new Attack({ step, days });
  const fixture = await attack.start();
  const removal = { name: "sub/film", id: idOf("one"), vector: "aaaaaaaa:2", edits: "", moved: null };
  const [outcome] = await fixture.index.remove([removal]);
  expect(outcome).not.toBe("gone");
  attack.expectNothingDone();
});

test.each([
  ["sub/film", "film.conflict-1"],
  ["film", "sub/film.conflict-1"],
])("the conflict of %s is not renamed to %s through a link that comes meanwhile", async (name, as) => {
  attack = new Attack({ step: "renameNoReplace" });
  attack.fixture.write("film", "one");
  const fixture = await attack.start();
  await expect(fixture.index.renameConflict(name, idOf("one"), as)).rejects.toThrow("link");
  attack.expectNothingDone();
});

test("a damaged file is not taken from where a link leads that comes meanwhile", async () => {
  attack = new Attack({ step: "rename" });
  const fixture = await attack.start();
  await expect(fixture.index.quarantine("sub/film", idOf("one"), fixture.path(".redes/away"))).rejects.toThrow("link");
  attack.expectNothingDone();
});

const REMOVAL = { name: "sub/film", id: idOf("one"), vector: "aaaaaaaa:2", edits: "", moved: null };

test("a replaced file is not kept by a second name of the file where a link leads that comes meanwhile", async () => {
  attack = new Attack({ step: "link", days: 1 });
  const fixture = await attack.start();
  expect(await fixture.index.install([fixture.stage("sub/film", "two")])).not.toEqual([installed]);
  expect(fixture.kept.count).toBe(0);
  attack.expectNothingDone();
});

test("an empty folder stays where a link leads that comes before the one of the removed file goes", async () => {
  attack = new Attack({ step: "removeFolder" });
  attack.fixture.write("sub/empty/film", "one");
  const fixture = await attack.start();
  await fixture.index.remove([{ ...REMOVAL, name: "sub/empty/film" }]);
  attack.expectNothingDone();
});

test("a file that is to be kept on another disk is not read where a link leads that comes meanwhile", async () => {
  const rename: Disk["rename"] = (from) =>
    Promise.reject(new DiskError("device", from, "it is on another file system"));
  attack = new Attack({ blockingStep: "open", days: 1, disk: { rename } });
  const fixture = await attack.start();
  let reads = 0;
  fixture.afterRead = () => {
    reads += 1;
  };
  const [outcome] = await fixture.index.remove([REMOVAL]);
  expect([outcome, reads, fixture.kept.count]).toEqual([expect.any(DiskError), 0, 0]);
  attack.expectNothingDone();
});

test.each(["makeSubfolder", "rename"] as const)(
  "nothing is kept where the work folder leads that became a link before %s",
  async (step) => {
    attack = new Attack({ step, days: 1, place: ".redes" });
    const fixture = await attack.start();
    const [outcome] = await fixture.index.remove([REMOVAL]);
    expect(outcome).not.toBe("gone");
    attack.expectNothingDone();
    expect(fixture.read("sub/film")).toBe("one");
  },
);

test.each([
  ["a free name", "renameNoReplace"],
  ["a name that is taken", "renameIf"],
] as const)("a kept file is not put back under %s through a link that comes meanwhile", async (what, step) => {
  attack = new Attack({ step, days: 1 });
  const fixture = await attack.start();
  attack.arm(false);
  await fixture.index.install([fixture.stage("sub/film", "two")]);
  if (what === "a free name") {
    fs.unlinkSync(fixture.path("sub/film"));
    await fixture.untilHolds("sub/film", null);
  }
  attack.arm(true);
  const log = { info() {}, warn() {}, error() {} };
  await expect(restore({ ...fixture, log }, "sub/film", { id: idOf("one") })).rejects.toThrow();
  expect(fixture.kept.list(null, 9).map(({ id }) => id)).toContain(idOf("one"));
  attack.expectNothingDone();
});
