import { expect, test } from "bun:test";
import { failedTold } from "../../../../../src/client/downloads/notes/disk-advice.ts";
import { toDiskError } from "../../../../../src/platform/disk/disk-errors.ts";
import { english } from "../../../../../src/sentences/sentence.ts";
import { failureFrom } from "../../../../../src/transfer/download-spec.ts";
import { workFilesFor } from "../../../../../src/transfer/sinks/work-files/work-files.ts";

const IN_FOLDER = { kind: "file", path: "/d/film", folder: "/d" } as const;
const AT_PATH = { kind: "file", path: "/d/film" } as const;
const { part, journal } = workFilesFor("/d/film");

function failure(code: string, path: string, action: "open" | "write" | "make the folder" = "open") {
  return failureFrom(toDiskError(action, path, Object.assign(new Error(code), { code })));
}

test.each([
  [
    failure("ENOSPC", part, "write"),
    IN_FOLDER,
    "cannot write to the folder /d: the disk is full; make room and run it again, or take another folder with --dir",
  ],
  [
    failure("EDQUOT", part, "write"),
    AT_PATH,
    "cannot write to the folder /d: the disk is full; make room and run it again, or give another path with --output",
  ],
  [
    failure("EROFS", journal),
    IN_FOLDER,
    "cannot write to the folder /d: the file system is read-only; take another folder with --dir",
  ],
  [
    failure("EACCES", journal),
    AT_PATH,
    "cannot write to the folder /d: permission denied; give another path with --output",
  ],
  [
    failure("EACCES", "/d/series", "make the folder"),
    IN_FOLDER,
    "cannot make the folder /d/series: permission denied; take another folder with --dir",
  ],
  [failure("EIO", part, "write"), IN_FOLDER, "cannot write to the folder /d: EIO"],
  [
    failure("EFBIG", "/d/film", "write"),
    IN_FOLDER,
    "cannot write /d/film: it would be larger than a file may be here (see ulimit -f, or the file system)",
  ],
  [{ kind: "failed", message: "no secondary" }, IN_FOLDER, "no secondary"],
] as const)(
  "a download that the disk has ended says so of the folder, and what to do (%#)",
  (failed, destination, expected) => {
    expect(english(failedTold(failed, destination))).toBe(expected);
  },
);
