import { expect, test } from "bun:test";
import { spool, UPLOAD_IDLE_MS } from "../../../../src/http/uploads/spooling.ts";
import { DiskError } from "../../../../src/platform/disk/disk.ts";
import { FakeClock } from "../../../support/fake-clock.ts";

const block = (length: number) => new Uint8Array(length).fill(7);

/** Gives these, one after the other; an Error is thrown, and nothing is given after the last. */
function content(...all: (Uint8Array | Error | null)[]) {
  const left = [...all];
  return {
    next: (): Promise<Uint8Array | null> => {
      const next = left.shift();
      if (next === undefined) return new Promise(() => {});
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
  };
}

function memory(fail?: DiskError) {
  const written: [at: number, length: number][] = [];
  const write = async (_: number, bytes: Uint8Array, at: number) => {
    if (fail) throw fail;
    written.push([at, bytes.length]);
  };
  return { written, disk: { write } };
}

const TO = { fd: 3, most: 100 };

test("a body is written as it comes, to its end", async () => {
  const { written, disk } = memory();
  const came = await spool({ clock: new FakeClock(), disk }, content(block(60), block(40), null), TO);
  expect(came).toEqual({ kind: "whole", size: 100 });
  expect(written).toEqual([
    [0, 60],
    [60, 40],
  ]);
});

test("what is more than may be is not written", async () => {
  const { written, disk } = memory();
  expect(await spool({ clock: new FakeClock(), disk }, content(block(60), block(41)), TO)).toEqual({ kind: "long" });
  expect(written).toEqual([[0, 60]]);
});

test("who breaks off is gone", async () => {
  const { disk } = memory();
  expect(await spool({ clock: new FakeClock(), disk }, content(block(1), new Error("reset")), TO)).toEqual({
    kind: "gone",
  });
});

test.each([
  ["full", { kind: "full" }],
  ["other", { kind: "failed", reason: "it smokes" }],
] as const)("a disk that is %s", async (failure, outcome) => {
  const { disk } = memory(new DiskError(failure, "/spool", "it smokes"));
  expect(await spool({ clock: new FakeClock(), disk }, content(block(1)), TO)).toEqual(outcome);
});

test("who sends nothing for too long, or a byte now and then, is cut off; a slow line is not", async () => {
  const clock = new FakeClock();
  const { disk } = memory();
  const silent = spool({ clock, disk }, content(block(20)), TO);
  await Bun.sleep(0);
  clock.advance(UPLOAD_IDLE_MS);
  expect(await silent).toEqual({ kind: "silent" });

  const after = (ms: number, bytes: number) => async () => {
    clock.advance(ms);
    return block(bytes);
  };
  const dripping = Array.from({ length: 9 }, () => after(UPLOAD_IDLE_MS / 8, 1));
  expect(await spool({ clock, disk }, { next: () => (dripping.shift() ?? after(1, 1))() }, TO)).toEqual({
    kind: "silent",
  });

  const slow = Array.from({ length: 9 }, () => after(UPLOAD_IDLE_MS - 1, 16 * 1024));
  const much = { fd: 3, most: 1e9 };
  expect(await spool({ clock, disk }, { next: async () => slow.shift()?.() ?? null }, much)).toEqual({
    kind: "whole",
    size: 9 * 16 * 1024,
  });
});
