import { expect, test } from "bun:test";
import { MAX_MOVED_FILES, planMoves } from "../../../../src/central/operations/planned-moves.ts";
import { inEnglish } from "../../../support/in-english.ts";
import { held, join, newRegistry } from "../fixtures.ts";

function catalogue(...names: string[]) {
  const registry = newRegistry();
  join(
    registry,
    1,
    names.map((name) => held(name, "a")),
  );
  return registry.catalogue;
}

const FILES = catalogue("a.bin", "d/x", "d/y/z", "e/k", "empty");

/** `from→to` of each file; else why not. */
function plan(from: string, to: string): readonly string[] | string {
  const planned = planMoves(FILES, from, to);
  if (planned.kind === "moves") return planned.moves.map((move) => `${move.from}→${move.to}`);
  return planned.kind === "absent" ? "absent" : String(planned.reason);
}

test.each([
  ["a.bin", "b.bin", ["a.bin→b.bin"]],
  ["a.bin", "new/b.bin", ["a.bin→new/b.bin"]],
  ["a.bin", "e", ["a.bin→e/a.bin"]],
  ["a.bin", "new/", ["a.bin→new/a.bin"]],
  ["d/x", "/", ["d/x→x"]],
  ["d", "f", ["d/x→f/x", "d/y/z→f/y/z"]],
  ["d/", "f", ["d/x→f/x", "d/y/z→f/y/z"]],
  ["d", "e", ["d/x→e/d/x", "d/y/z→e/d/y/z"]],
  ["d/y", "/", ["d/y/z→y/z"]],
])("%s to %s", (from, to, expected) => {
  expect(plan(from, to)).toEqual(expected);
});

test.each([
  ["nothing", "b", "absent"],
  ["a.bin/", "b", "absent"],
  ["a.bin", "empty", "there is a file empty already: remove it first, or take another name"],
  ["a.bin", "a.bin", "a.bin is there already"],
  ["d", "d/f", "d cannot be moved into itself"],
  ["a.bin", "empty/b", "empty is a file, so nothing can be put into it"],
  ["a.bin", "a.bin/b", "a.bin cannot be moved into itself"],
  ["a.bin", ".hidden", '".hidden" cannot be the name of a file: a segment begins with a dot'],
  ["a.bin", "../b", '"../b" cannot be the name of a file: a segment begins with a dot'],
  ["a.bin", "", '"" cannot be the name of a file: it is empty'],
])("%s to %p: %s", (from, to, expected) => {
  expect(plan(from, to)).toBe(expected);
});

test("names that differ by the case of letters alone are refused: some disks take them for one", () => {
  expect(plan("a.bin", "A.bin")).toStartWith("a.bin and A.bin differ by the case of letters alone");
  expect(plan("d", "D")).toStartWith("d/x and D/x differ by the case of letters alone");
});

test("a folder of too many files is refused, and the most are moved", () => {
  const many = { get: () => undefined, after: (_: string | null) => names(count) };
  let count = MAX_MOVED_FILES;
  function* names(number: number) {
    for (let index = 0; index < number; index++) yield { name: `d/${index}` } as never;
  }
  expect(planMoves(many, "d", "f/")).toMatchObject({ kind: "moves" });
  count += 1;
  expect(inEnglish(planMoves(many, "d", "f/"))).toEqual({
    kind: "refused",
    reason: "d has more than 10000 files: move its parts",
  });
});

test("names that are together too long to be sent at once are refused", () => {
  const moves = (length: number) => {
    const folder = "f".repeat(200);
    const names = Array.from({ length: 5000 }, (_, index) => ({ name: `d/${`${index}`.padStart(length, "n")}` }));
    return planMoves({ get: () => undefined, after: () => names as never }, "d", `${folder}/`);
  };
  expect(moves(250)).toMatchObject({ kind: "moves" });
  expect(moves(255).kind).toBe("moves");
  expect(inEnglish(moves(400))).toEqual({
    kind: "refused",
    reason: "the names of d are together too long to be moved at once: move its parts",
  });
});

test("what nobody could share under its new name stays where it is", () => {
  const file = { name: "film.mkv" } as never;
  const files = { get: (name: string) => (name === "film.mkv" ? file : undefined), after: () => [] };
  const reason = (to: string) => {
    const plan = planMoves(files, "film.mkv", to);
    return plan.kind === "refused" ? String(plan.reason) : plan.kind;
  };
  expect(reason("film.mkv.part")).toContain("has not finished");
  expect(reason("~$film.mkv")).toContain("has not finished");
  expect(reason(`${"n".repeat(256)}/film.mkv`)).toContain("longer than 255 bytes");
  expect(reason(`${"n".repeat(255)}/film.mkv`)).toBe("moves");
});
