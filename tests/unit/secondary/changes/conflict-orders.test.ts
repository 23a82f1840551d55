import { expect, test } from "bun:test";
import { nextConflictName } from "../../../../src/protocol/name.ts";
import { ConflictOrders } from "../../../../src/secondary/changes/conflict-orders.ts";
import type { Obstacle } from "../../../../src/secondary/folder/obstacle.ts";
import { newDescent } from "../../../../src/secondary/index/descent.ts";
import { IndexFixture, idOf, short } from "../index-fixture.ts";

const file = { name: "f", size: 1, mtimeNs: 0n, blake3: null, sha256: null, ...newDescent(idOf("x"), "11111111") };

async function order(renameConflict: () => Promise<boolean>, obstacle: Obstacle | null = null): Promise<string[]> {
  const lines: string[] = [];
  const note = (event: string, text: string) => void lines.push(`${event}: ${text}`);
  const orders = new ConflictOrders({
    log: { warn: note },
    limitedLog: { error: note },
    index: {
      renameConflict,
      get: (name) => (name === "f" ? file : undefined),
      obstacleTo: async () => obstacle,
    },
    summary: { duringOrder: (_names, work) => work() },
    present: ({ name }) => void lines.push(`present ${name}`),
  });
  await orders.carryOut({ type: "conflict", name: "f", id: file.id, as: "f.conflict-1" });
  return lines;
}

test("a file that has taken its other name is reported in the log", async () => {
  const text = "the cluster has another file of the name f, or a folder; this one is kept as f.conflict-1";
  expect(await order(async () => true)).toEqual([`conflict: ${text}`]);
});

test("one that could not just now is reported to the central as still there", async () => {
  expect(await order(async () => false)).toEqual(["present f"]);
});

test("one that has no free name for good is reported in the log too, after a few names", async () => {
  const why = "the disk here does not tell its name from that of another file";
  const lines = await order(async () => false, { reason: why, lasting: true });
  let as = "f.conflict-1";
  for (let more = 0; more < 3; more++) as = nextConflictName(as, file.id);
  expect(lines).toEqual([`conflict: cannot rename f to ${as}: ${why}; trying again later`, "present f"]);
});

test("so is one that the disk refuses to rename, or nobody would try again", async () => {
  const refused = async () => {
    throw new Error("permission denied");
  };
  const text = "cannot rename f to f.conflict-1: permission denied; trying again later";
  expect(await order(refused)).toEqual([`conflict: ${text}`, "present f"]);
});

test.each([
  ["an earlier file of the other name that somebody has edited", ""],
  ["a folder of the other name", "/in it"],
])("%s is in nobody's way", async (_what, below) => {
  const fixture = new IndexFixture();
  const as = `f.conflict-${short("one")}`;
  fixture.write("f", "one");
  fixture.write(`${as}${below}`, "edited");
  await fixture.start();
  const note = () => {};
  const { index } = fixture;
  const orders = new ConflictOrders({
    log: { warn: note },
    limitedLog: { error: note },
    index,
    summary: { duringOrder: (_names, work) => work() },
    present: note,
  });
  await orders.carryOut({ type: "conflict", name: "f", id: idOf("one"), as });
  const other = `${as}.conflict-${short("one")}`;
  expect([...index.files()].map(({ name }) => name).sort()).toEqual([`${as}${below}`, other].sort());
  expect([fixture.read(`${as}${below}`), fixture.read(other)]).toEqual(["edited", "one"]);
  await fixture.stop();
});
