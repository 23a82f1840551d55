import { expect, test } from "bun:test";
import { controlFilesOf, fileOfControl, isPartialName } from "../../../../src/protocol/names/partial-names.ts";

test.each([
  "film.mkv.part",
  "films/film.mkv.crdownload",
  "film.mkv.!qB",
  "film.mkv.bc!",
  "a/b/film.mkv.aria2",
  "~$letter.docx",
  "films/~syncthing~film.mkv.tmp",
  "film.mp4.part-Frag12",
])("%s is what another program has not finished, or its notes", (name) => {
  expect(isPartialName(name)).toBe(true);
});

test.each(["film.mkv", "film.part/film.mkv", "film.parts", "part", "films/film~$.docx", "film.mp4.part-Fragments"])(
  "%s is a file as any other",
  (name) => {
    expect(isPartialName(name)).toBe(false);
  },
);

test("a control file is about the file whose name is in front of its ending", () => {
  expect(fileOfControl("films/film.mkv.aria2")).toBe("films/film.mkv");
  expect(fileOfControl("film.mkv.lftp-pget-status")).toBe("film.mkv");
  for (const name of ["film.mkv", "film.mkv.part", ".aria2", ".lftp-pget-status"])
    expect(fileOfControl(name)).toBeNull();
  for (const control of controlFilesOf("a/film.mkv")) expect(fileOfControl(control)).toBe("a/film.mkv");
});
