import { expect, test } from "bun:test";
import {
  contentHeaders,
  type ServedVersion,
  validatorHeaders,
  validatorsOf,
} from "../../../../src/http/files/file-headers.ts";

const VERSION: ServedVersion = {
  name: "films/película.mkv",
  id: "ab".repeat(32),
  size: 10,
  modified: 1_700_000_000_900_000,
  sha256: null,
};

test("a version is recognized by its id, and by its time in whole seconds", () => {
  const validators = validatorsOf(VERSION, 1_700_000_000);
  expect(validatorHeaders(validators)).toEqual({
    etag: `"${"ab".repeat(32)}"`,
    "last-modified": "Tue, 14 Nov 2023 22:13:20 GMT",
    "cache-control": "no-cache",
    "accept-ranges": "bytes",
  });
  // By a clock that is late the file is from the future.
  expect(validatorHeaders(validatorsOf(VERSION, 1_699_999_999))).not.toHaveProperty("last-modified");
});

test("a file is shown or saved under the last part of its name", () => {
  expect(contentHeaders(VERSION, false)).toEqual({
    "content-type": "video/x-matroska",
    "content-disposition": "inline; filename=\"pel?cula.mkv\"; filename*=UTF-8''pel%C3%ADcula.mkv",
  });
  expect(contentHeaders(VERSION, true)["content-disposition"]).toStartWith("attachment; ");
  expect(contentHeaders({ ...VERSION, name: 'a "b";\\.txt' }, false)["content-disposition"]).toBe(
    'inline; filename="a \\"b\\";\\\\.txt"',
  );
});

test("a page among the files is saved, and where it is shown nevertheless it runs nothing", () => {
  for (const name of ["index.html", "drawing.svg", "feed.xml"]) {
    const headers = contentHeaders({ ...VERSION, name }, false);
    expect(headers["content-disposition"]).toBe(`attachment; filename=${name}`);
    expect(headers["content-security-policy"]).toBe("sandbox; default-src 'none'");
  }
  expect(contentHeaders(VERSION, true)).not.toHaveProperty("content-security-policy");
});

test("the SHA-256 is told where it is known", () => {
  const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  const headers = contentHeaders({ ...VERSION, sha256 }, false);
  expect(headers.digest).toBe("SHA-256=ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  expect(headers["repr-digest"]).toBe("sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:");
  expect(contentHeaders(VERSION, false)).not.toHaveProperty("digest");
});
