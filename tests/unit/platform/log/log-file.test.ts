import { describe, expect, test } from "bun:test";
import { LogFile } from "../../../../src/platform/log/log-file.ts";
import type { LogHandle, LogStorage, Written } from "../../../../src/platform/log/log-storage.ts";

/** A disk that a test fills, takes away and slows down. */
class FakeStorage implements LogStorage {
  /** What was opened, in its order; each is a file that was there or was made. */
  readonly opened: FakeFile[] = [];
  /** Why nothing can be opened; null: it can. */
  missing: string | null = null;
  /** Bytes that can still be written. */
  room = Number.POSITIVE_INFINITY;
  /** Resolves when a write may go on. */
  gate: Promise<void> = Promise.resolve();
  current = new FakeFile();

  async open(): Promise<LogHandle> {
    if (this.missing !== null) throw new Error(this.missing);
    const file = this.current;
    this.opened.push(file);
    return {
      write: (bytes) => this.write(file, bytes),
      close: async () => {
        file.closed += 1;
      },
    };
  }

  appendNow(_path: string, bytes: Uint8Array): void {
    this.current.text += Buffer.from(bytes).toString();
  }

  private async write(file: FakeFile, bytes: Uint8Array): Promise<Written> {
    await this.gate;
    const count = Math.min(this.room, bytes.length);
    this.room -= count;
    file.text += Buffer.from(bytes.subarray(0, count)).toString();
    file.writes += 1;
    return { count, fault: count === bytes.length ? null : new Error("the disk is full") };
  }
}

class FakeFile {
  text = "";
  writes = 0;
  closed = 0;
}

function logFile() {
  const storage = new FakeStorage();
  const shown: string[] = [];
  const file: LogFile = new LogFile(storage, "log", {
    failed(lines, reason) {
      if (reason !== null) shown.push(`! ${reason}`);
      shown.push(...lines);
    },
    recovered: (missing) => file.write(`back, ${missing} missing`),
  });
  return { storage, shown, file };
}

test("lines are added in their order, those that come together in one write", async () => {
  const { storage, file, shown } = logFile();
  for (const line of ["a", "b", "c"]) file.write(line);
  await file.flushed();
  file.write("d");
  await file.flushed();
  expect(storage.current.text).toBe("a\nb\nc\nd\n");
  expect([storage.current.writes, storage.opened.length, shown]).toEqual([2, 1, []]);
});

describe("opened anew", () => {
  test("it goes on in another file, after all that was written before", async () => {
    const { storage, file } = logFile();
    file.write("a");
    await file.flushed();
    const old = storage.current;
    storage.current = new FakeFile();
    file.write("b");
    file.reopen();
    file.write("c");
    await file.flushed();
    expect([old.text, old.closed, storage.current.text]).toEqual(["a\nb\n", 1, "c\n"]);
  });

  test("the file is there at once, also where nothing is written", async () => {
    const { storage, file } = logFile();
    file.reopen();
    await file.flushed();
    expect([storage.opened.length, storage.current.text]).toEqual([1, ""]);
  });
});

describe("a full disk", () => {
  test("is told once; lines that were not written are shown, and none is torn", async () => {
    const { storage, file, shown } = logFile();
    storage.room = 5;
    file.write("abc");
    await file.flushed();
    file.write("def");
    await file.flushed();
    file.write("ghi");
    await file.flushed();
    expect(shown).toEqual(["! the disk is full", "def", "ghi"]);
    storage.room = 1000;
    file.write("jkl");
    await file.flushed();
    expect(storage.current.text).toBe("abc\nd\njkl\nback, 2 missing\n");
    file.write("mno");
    await file.flushed();
    expect(storage.current.text).toEndWith("missing\nmno\n");
    expect(shown).toHaveLength(3);
  });

  test("is told again when it comes again", async () => {
    const { storage, file, shown } = logFile();
    storage.room = 0;
    file.write("a");
    await file.flushed();
    storage.room = 100;
    file.write("b");
    await file.flushed();
    storage.room = 0;
    file.write("c");
    await file.flushed();
    expect(shown).toEqual(["! the disk is full", "a", "! the disk is full", "c"]);
  });
});

test("a folder that is not there is told once, and again when somebody asks for it", async () => {
  const { storage, file, shown } = logFile();
  storage.missing = "no such folder";
  for (const line of ["a", "b"]) {
    file.write(line);
    await file.flushed();
  }
  expect(shown).toEqual(["! no such folder", "a", "b"]);
  file.reopen();
  await file.flushed();
  expect(shown).toEqual(["! no such folder", "a", "b", "! no such folder"]);
  storage.missing = null;
  file.reopen();
  await file.flushed();
  expect(storage.current.text).toBe("back, 2 missing\n");
});

test("what a slow disk cannot take is left out, and counted", async () => {
  const { storage, file, shown } = logFile();
  let open = () => {};
  storage.gate = new Promise((resolve) => {
    open = resolve;
  });
  const line = "x".repeat(100_000);
  file.write("first");
  await Promise.resolve();
  await Promise.resolve();
  for (let turn = 0; turn < 30; turn++) file.write(line);
  open();
  await file.flushed();
  const lines = storage.current.text.split("\n");
  expect(lines.filter((each) => each === line)).toHaveLength(10);
  expect(lines.at(-2)).toBe("back, 20 missing");
  expect(shown).toEqual([]);
});

test("the last words of a process are written before it goes on, and what waits too", async () => {
  const { storage, file } = logFile();
  file.write("a");
  file.writeNow("the end");
  expect(storage.current.text).toBe("a\nthe end\n");
  await file.flushed();
  expect(storage.current.text).toBe("a\nthe end\n");
});
