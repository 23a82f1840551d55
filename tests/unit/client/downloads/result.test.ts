import { expect, test } from "bun:test";
import { downloadResult } from "../../../../src/client/downloads/result.ts";

const FILE = { name: "film.mkv", destination: { kind: "file", path: "/videos/film.mkv" } } as const;
const GRANT = { id: "a".repeat(64), size: 5, blake3: null, sha256: null };
const TRANSFER = {
  resumedBytes: 1,
  reusedBytes: 2,
  receivedBytes: 4,
  duplicateBytes: 2,
  retries: 3,
  sources: [{ number: 1, address: "s1:1", bytes: 4 }],
};

test("the result of a download that is done has what came, and no error", () => {
  expect(downloadResult(FILE, GRANT, TRANSFER, 1234.4, null)).toEqual({
    event: "done",
    name: "film.mkv",
    path: "/videos/film.mkv",
    size: 5,
    id: GRANT.id,
    hash: GRANT.id,
    seconds: 1.234,
    ...TRANSFER,
  });
});

test("what was taken from an older file is told where there was any", () => {
  const { reusedBytes, ...others } = downloadResult(FILE, GRANT, { ...TRANSFER, reusedBytes: 0 }, 0, null);
  expect(reusedBytes).toBeUndefined();
  expect(Object.keys(others)).toContain("resumedBytes");
});

test("the hash of the whole file is there where it is known", () => {
  const blake3 = "b".repeat(64);
  expect(downloadResult(FILE, { ...GRANT, blake3 }, TRANSFER, 0, null).blake3).toBe(blake3);
  expect(downloadResult(FILE, { ...GRANT, sha256: blake3 }, TRANSFER, 0, null).sha256).toBe(blake3);
  const known = Object.keys(downloadResult(FILE, GRANT, TRANSFER, 0, null));
  expect(known.filter((key) => key === "blake3" || key === "sha256")).toEqual([]);
});

test("the result of a download that was never granted has nothing but its error", () => {
  expect(downloadResult(FILE, null, null, 20, "nobody is there")).toEqual({
    event: "failed",
    name: "film.mkv",
    path: "/videos/film.mkv",
    size: null,
    id: null,
    hash: null,
    seconds: 0.02,
    resumedBytes: 0,
    receivedBytes: 0,
    duplicateBytes: 0,
    retries: 0,
    sources: [],
    error: "nobody is there",
  });
});
