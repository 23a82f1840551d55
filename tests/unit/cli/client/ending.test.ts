import { describe, expect, test } from "bun:test";
import { describeEnding } from "../../../../src/cli/client/ending.ts";
import type { DownloadResult, FailureKind, FinishedDownload } from "../../../../src/client/downloads/result.ts";
import { MIB } from "../../../../src/platform/units.ts";
import { say } from "../../../../src/sentences/sentence.ts";

function ending(result: Partial<DownloadResult>, failure: FailureKind | null = null): FinishedDownload {
  const bytes = { resumedBytes: 0, receivedBytes: 0, duplicateBytes: 0, retries: 0, sources: [] };
  const base = { name: "a.bin", path: "a.bin", size: 4 * MIB, id: "00", hash: "00", seconds: 2 };
  const kept = "/d/.redes-0.part";
  return {
    partFile: kept,
    result: { event: failure === null ? "done" : "failed", ...base, ...bytes, ...result },
    failure,
    present: false,
  };
}

const from = (number: number, mib: number) => ({ number, address: "", bytes: mib * MIB });

describe("a download that is done", () => {
  test("says how much, how fast and from whom", () => {
    const result = { receivedBytes: 4 * MIB, sources: [from(1, 1), from(2, 3), from(3, 0)] };
    const text = "a.bin: 4.0 MiB verified in 2.0 s (2.0 MiB/s), from secondaries 1 (25%), 2 (75%)";
    expect(describeEnding(ending(result), false)).toBe(text);
    // Too late to stop it.
    expect(describeEnding(ending(result), true)).toBe(text);
  });

  test("says where it is, unless that is its name", () => {
    const result = { receivedBytes: 4 * MIB, sources: [from(7, 4)] };
    const rest = "4.0 MiB verified in 2.0 s (2.0 MiB/s), from secondary 7";
    expect(describeEnding(ending({ ...result, path: "b" }), false)).toBe(`a.bin → b: ${rest}`);
    expect(describeEnding(ending({ ...result, path: "-" }), false)).toBe(`a.bin: ${rest}`);
  });

  test("names the sources that were at fault", () => {
    const result = {
      receivedBytes: 4 * MIB,
      sources: [
        { ...from(1, 4), faults: 3 },
        { ...from(2, 0), faults: 1 },
      ],
    };
    const text = "a.bin: 4.0 MiB verified in 2.0 s (2.0 MiB/s), from secondary 1";
    const blame = ["3 faults of secondary 1", "1 fault of secondary 2"];
    expect(describeEnding(ending(result), false)).toBe([text, ...blame].join(", "));
    const failed = { ...ending({ ...result, error: "it was to be" }, "failed"), partFile: null };
    expect(describeEnding(failed, false)).toBe(["a.bin: it was to be", ...blame].join("; "));
  });

  test("says what was there", () => {
    const some = { receivedBytes: MIB, resumedBytes: 3 * MIB, sources: [from(1, 1)] };
    expect(describeEnding(ending(some), false)).toBe(
      "a.bin: 4.0 MiB verified in 2.0 s (512.0 KiB/s), 3.0 MiB of it were there, from secondary 1",
    );
    const all = { resumedBytes: 4 * MIB };
    expect(describeEnding(ending(all), false)).toBe("a.bin: 4.0 MiB verified in 2.0 s, 4.0 MiB of it were there");
    const present = (size: number) => ({ ...ending({ size, seconds: 0 }), present: true });
    expect(describeEnding(present(4 * MIB), false)).toBe("a.bin is there already, with that content (4.0 MiB)");
    expect(describeEnding(present(0), false)).toBe("a.bin is there already, with that content (0 B)");
    expect(describeEnding(ending({ size: 0, seconds: 0 }), false)).toBe("a.bin: 0 B verified in 0.0 s");
    // It has nothing but zeros, which nobody has to send.
    expect(describeEnding(ending({}), false)).toBe("a.bin: 4.0 MiB verified in 2.0 s");
  });
});

describe("a download that is not", () => {
  const begun = { receivedBytes: 2 * MIB, resumedBytes: MIB, duplicateBytes: MIB, error: "the disk is full" };

  test("says why", () => {
    const missing = { ...ending({ error: "it is not there" }, "no-such-file"), partFile: null };
    expect(describeEnding(missing, false)).toBe("a.bin: it is not there");
    const why = say("there is no file {name}", { name: "a.bin" });
    expect(describeEnding({ ...missing, why }, false)).toBe("there is no file a.bin");
    const away = { ...missing, why: say("the central does not serve yet: {reason}", { reason: why }) };
    expect(describeEnding(away, false)).toBe("the central does not serve yet: there is no file a.bin");
    expect(describeEnding({ ...away, why: say("{path} is not there any more", { path: "a" }) }, false)).toBe(
      "a.bin: a is not there any more",
    );
    expect(describeEnding({ ...ending(begun, "failed"), partFile: null }, false)).toBe("a.bin: the disk is full");
    expect(describeEnding(ending({ error: "it was cancelled" }, "failed"), true)).toBe("a.bin: stopped");
  });

  test("says what is kept, where there is something", () => {
    const kept = "2.0 MiB of 4.0 MiB are kept in /d/.redes-0.part, and the next get goes on from there";
    expect(describeEnding(ending(begun, "failed"), false)).toBe(`a.bin: the disk is full; ${kept}`);
    expect(describeEnding(ending(begun, "failed"), true)).toBe(`a.bin: stopped; ${kept}`);
    expect(describeEnding({ ...ending(begun, "failed"), partFile: null }, false)).toBe("a.bin: the disk is full");
  });
});
