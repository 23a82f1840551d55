import { expect, test } from "bun:test";
import { renderTable } from "../../../src/console/table.ts";

test("columns are aligned by what they take on the screen, numbers to the right", () => {
  const table = renderTable(
    ["name", "size", "sources"],
    [
      ["film.mkv", "1.5 GiB", 3],
      ["漢字 🎬.mkv", "999 B", 12],
      ["e\u0301.txt", "-", 0],
    ],
  );
  expect(table.split("\n")).toEqual([
    "name            size  sources",
    "film.mkv     1.5 GiB        3",
    "漢字 🎬.mkv    999 B       12",
    "e\u0301.txt              -        0",
  ]);
});

test("the alignment can be chosen, missing cells are empty, control characters do not get out", () => {
  expect(renderTable(["a", "bbb"], [["x"], ["1\n2\x1b[31m", "y"]], { align: [undefined, "right"] })).toBe(
    "a         bbb\nx\n1�2�[31m    y",
  );
});

test("without rows only the headers are left", () => {
  expect(renderTable(["name", "size"], [])).toBe("name  size");
});

test("only a given width cuts, and then the widest column in its middle", () => {
  const rows = [["a-very-long-name-of-a-film.mkv", "3 sources"]];
  expect(renderTable(["name", "state"], rows)).toContain("a-very-long-name-of-a-film.mkv");
  expect(renderTable(["name", "state"], rows, { width: 30 }).split("\n")).toEqual([
    "name                 state",
    "a-very-lo…-film.mkv  3 sources",
  ]);
});

test.each([40, 20, 10, 5, 1])("every line fits a width of %p", (width) => {
  const rows = [
    ["漢字漢字漢字漢字漢字漢字", "a long state of things", 123456],
    ["x", "y", 1],
  ];
  const lines = renderTable(["name", "state", "count"], rows, { width }).split("\n");
  for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(width);
});

test("a window that is too narrow goes without the columns that can be spared, and not before", () => {
  const headers = ["file", "state", "done", "size", "rate"];
  const rows = [["a long name of a film.mkv", "3 sources", "45.0 MiB", "160.0 MiB", "4.0 MiB/s"]];
  const columnsAt = (width: number) => {
    const lines = renderTable(headers, rows, { width, spare: [3, 4] }).split("\n");
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
    return lines[0]?.split(/ +/).join(" ");
  };
  // Names have twelve columns at least.
  expect([55, 54, 44, 43].map(columnsAt)).toEqual([
    ...["file state done size rate", "file state done rate", "file state done rate", "file state done"],
  ]);
});

test("numbers and times stay whole while there are words to cut", () => {
  const rows = [["copies/film-150.mkv", 12345678, "2026-11-30 22:35:32"]];
  const lines = (width: number) => renderTable(["file", "number", "since"], rows, { width }).split("\n");
  expect(lines(45)[1]).toBe("copies/…50.mkv  12345678  2026-11-30 22:35:32");
  expect(lines(37)[1]).toBe("cop…kv  12345678  2026-11-30 22:35:32");
  // No column has less than six.
  for (const line of lines(30)) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(30);
});
