import { expect, test } from "bun:test";
import { holdersMatrix } from "../../../../../../src/web/views/servers/holders/holders-matrix.ts";

const well = (number: number) => ({ number, state: "in step" as const });

test("each server has a column, in the order of numbers, and each file says who has it", () => {
  const files = [
    { name: "a", holders: 2, heldBy: [1, 3] },
    { name: "b", holders: 0, heldBy: [] },
  ];
  expect(holdersMatrix(files, [well(3), well(1), well(2)])).toEqual({
    columns: [1, 2, 3],
    more: 0,
    rows: [
      { name: "a", cells: [true, false, true], holders: 2 },
      { name: "b", cells: [false, false, false], holders: 0 },
    ],
  });
});

test("of too many servers those with trouble have a column first, and the others are counted", () => {
  const servers = [well(1), well(2), { number: 9, state: "lost" as const }, well(3)];
  const { columns, more, rows } = holdersMatrix([{ name: "a", holders: 3, heldBy: [1, 2, 3] }], servers, 2);
  expect([columns, more]).toEqual([[1, 9], 2]);
  expect(rows).toEqual([{ name: "a", cells: [true, false], holders: 3 }]);
});

test("where not all holders are listed, nothing is said of those behind the last one", () => {
  const servers = [well(1), well(2), well(3), well(4)];
  const { rows } = holdersMatrix([{ name: "a", holders: 5, heldBy: [1, 3] }], servers);
  expect(rows[0]?.cells).toEqual([true, false, true, null]);
});
