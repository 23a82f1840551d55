import { expect, test } from "bun:test";
import type { KeptVersion } from "../../../../src/central/operations/kept-files.ts";
import { RestoreOperation } from "../../../../src/central/operations/restore-operation.ts";
import { id } from "../fixtures.ts";

const kept = (number: number, version: string): KeptVersion => {
  return { name: "f", number, id: id(version), size: 5, why: "removed", at: number, numbers: [2] };
};

test("the newest is put back, or the one of a number or an id, and the log says by whom", async () => {
  const restored: (readonly [number, string])[] = [];
  const lines: string[] = [];
  const versions = [kept(1, "1"), kept(3, "2"), kept(2, "1")];
  const operation = new RestoreOperation({
    keptFiles: {
      list: async (name) => ({ versions: name === "f" ? versions : [], more: false, silent: [4] }),
      async restore({ number, id }) {
        restored.push([number, id]);
        return 2;
      },
    },
    log: { info: (_, text) => void lines.push(String(text)) },
  });
  const restore = (number: number | null, version: string | null) =>
    operation.restore("f", { number, id: version }, "ana");
  expect(await restore(null, null)).toMatchObject({ kind: "restored", secondary: 2, version: { number: 3 } });
  expect(await restore(1, null)).toMatchObject({ version: { number: 1 } });
  expect(await restore(null, id("1"))).toMatchObject({ version: { number: 2 } });
  expect(await restore(3, id("1"))).toMatchObject({ kind: "absent", listing: { silent: [4] } });
  expect(await operation.restore("g", { number: null, id: null }, "ana")).toMatchObject({ kind: "absent" });
  expect(restored).toEqual([
    [3, id("2")],
    [1, id("1")],
    [2, id("1")],
  ]);
  expect(lines[0]).toBe("ana has put back f, version 3, at secondary 2");
});
