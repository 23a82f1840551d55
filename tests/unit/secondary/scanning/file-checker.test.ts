import { beforeEach, describe, expect, test } from "bun:test";
import { FileChecker, type FileCheckerDeps } from "../../../../src/secondary/scanning/file-checker.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

let clock: FakeClock;
/** Names about which the disk was asked. */
let asked: string[];
/** Paths that are to be compared with the records. */
let compared: string[];
let checker: FileChecker;

beforeEach(() => {
  clock = new FakeClock();
  [asked, compared] = [[], []];
  const batches = {
    // The disk never answers.
    statFiles: (_root: string, names: readonly string[]) => {
      asked.push(...names);
      return new Promise(() => {});
    },
  };
  const sharedFolder = { allows: (name: string) => !name.startsWith("."), pathOf: (name: string) => `/share/${name}` };
  const deps = { clock, batches, sharedFolder, compareSoon: (path: string) => void compared.push(path) };
  checker = new FileChecker(deps as unknown as FileCheckerDeps);
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  await Bun.sleep(0);
}

describe("a name that the program itself changes", () => {
  test("is not checked while it does, and not afterwards where it is recorded and nothing else has happened", async () => {
    checker.suspend("film");
    checker.resume("film", true);
    await settle();
    expect([asked, compared]).toEqual([[], []]);
  });

  test.each([
    ["somebody has it checked", () => checker.check("film")],
    ["the system tells of a change", () => checker.touch("film")],
  ])("is compared with its record afterwards when %s meanwhile", async (_, happens) => {
    checker.suspend("film");
    happens();
    await settle();
    expect(asked).toEqual([]);
    checker.resume("film", true);
    expect(compared).toEqual(["film"]);
    // That was once.
    checker.suspend("film");
    checker.resume("film", true);
    expect(compared).toEqual(["film"]);
  });

  test("is compared afterwards when it was being checked before, or two changes of it overlap", async () => {
    checker.check("film");
    await settle();
    checker.suspend("film");
    checker.suspend("film");
    for (let change = 0; change < 2; change++) checker.resume("film", true);
    expect([asked, compared]).toEqual([["film"], ["film"]]);
  });

  test("is checked afterwards when it is not recorded as it is", async () => {
    checker.suspend("film");
    checker.resume("film", false);
    await settle();
    expect([asked, compared]).toEqual([["film"], []]);
  });
});

test("a change is told of a name that is being checked or put off, of no other one", async () => {
  checker.check("checked");
  checker.suspend("changed by us");
  expect(["checked", "changed by us", "another"].map((name) => checker.touch(name))).toEqual([true, true, false]);
});

test("a name that is not shared is not checked, and none is after the end", async () => {
  checker.check(".hidden");
  checker.stop();
  checker.check("film");
  await settle();
  expect(asked).toEqual([]);
});

test("who waits for all checks waits for those that are pending now, and for none at all where none is", async () => {
  await checker.allChecked();
  checker.check("film");
  await settle();
  let isOver = false;
  const waiting = checker.allChecked().then(() => {
    isOver = true;
  });
  await settle();
  expect(isOver).toBe(false);
  // The program changes it itself: nobody waits for what comes of that.
  checker.suspend("film");
  await waiting;
});
