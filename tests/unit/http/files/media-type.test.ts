import { expect, test } from "bun:test";
import { isHarmless, mediaType } from "../../../../src/http/files/media-type.ts";

test.each([
  ["film.mkv", "video/x-matroska"],
  ["FILM.MP4", "video/mp4"],
  ["a/b.c/notes.txt", "text/plain; charset=utf-8"],
  ["table.csv", "text/csv; charset=utf-8"],
  ["disk.iso", "application/octet-stream"],
  ["README", "application/octet-stream"],
  ["data.json", "application/json"],
  // A page of this site could run it.
  ["script.js", "text/plain; charset=utf-8"],
  ["module.mjs", "text/plain; charset=utf-8"],
])("%s is %s", (name, type) => {
  expect(mediaType(name)).toBe(type);
});

test("what can have scripts is not for a browser to show", () => {
  const harmless = (name: string) => isHarmless(mediaType(name));
  const shown = ["a.mp4", "a.mkv", "a.mp3", "a.png", "a.jpg", "a.txt", "a.vtt", "a.pdf", "a.json", "a.js"];
  expect(shown.filter((name) => !harmless(name))).toEqual([]);
  const kept = [
    "a.html",
    "a.htm",
    "a.xhtml",
    "a.svg",
    "a.svgz",
    "a.xml",
    "a.xsl",
    "a.rss",
    "a.mhtml",
    "a.swf",
    "a",
    "a.iso",
  ];
  expect(kept.filter(harmless)).toEqual([]);
});
