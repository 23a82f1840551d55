import { expect, test } from "bun:test";
import { ConflictOrders } from "../../../../src/secondary/changes/conflict-orders.ts";
import { newDescent } from "../../../../src/secondary/index/descent.ts";
import { IndexFixture, idOf, short } from "../index-fixture.ts";

const file = { name: "f", size: 1, mtimeNs: 0n, blake3: null, sha256: null, ...newDescent(idOf("x"), "11111111") };

async function order(renameConflict: () => Promise<boolean>): Promise<string[]> {
  const lines: string[] = [];
  const note = (event: string, text: string) => void lines.push(`${event}: ${text}`);
  const orders = new ConflictOrders({
    log: { warn: note },
    limitedLog: { error: note },
    index: { renameConflict, get: (name) => (name === "f" ? file : undefined) },
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

test("so is one that the disk refuses to rename, or nobody would try again", async () => {
  const refused = async () => {
    throw new Error("permission denied");
  };
  const text = "cannot rename f to f.conflict-1: permission denied; trying again later";
  expect(await order(refused)).toEqual([`conflict: ${text}`, "present f"]);
});

test("an earlier file of the other name that somebody has edited is in nobody's way", async () => {
  const fixture = new IndexFixture();
  const as = `f.conflict-${short("one")}`;
  fixture.write("f", "one");
  fixture.write(as, "edited");
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
  expect([...index.files()].map(({ name }) => [name, fixture.read(name)]).sort()).toEqual([
    [as, "edited"],
    [`${as}.conflict-${short("one")}`, "one"],
  ]);
  await fixture.stop();
});
