import { expect, test } from "bun:test";
import fc from "fast-check";
import type { FileRecord } from "../../../../src/secondary/index/file-record.ts";
import { idKey, RecordColumns } from "../../../../src/secondary/index/record-columns.ts";

const digits = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
const time = fc.bigInt({ min: -1n, max: 2n ** 62n });

const records: fc.Arbitrary<FileRecord> = fc.record({
  name: fc.string({ minLength: 1 }),
  id: digits,
  size: fc.nat({ max: 2 ** 31 - 1 }).map((size) => size * 1024),
  vector: fc.constantFrom("", "0123abcd:1", "0123abcd:1 89abcdef:7"),
  changed: fc.boolean(),
  edits: fc.constantFrom("", "01234567", "01234567 89abcdef"),
  mtimeNs: time,
  ctimeNs: time,
  inode: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  blake3: fc.option(digits),
  sha256: fc.option(digits),
});

test("a record comes out as it was put in, whatever is put, replaced and removed beside it", () => {
  const steps = fc.array(
    fc.oneof(
      records.map((record) => ({ kind: "add" as const, record })),
      fc.record({ kind: fc.constant("set" as const), at: fc.nat(), record: records }),
      fc.record({ kind: fc.constant("remove" as const), at: fc.nat() }),
    ),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(steps, (all) => {
      const columns = new RecordColumns();
      const expected = new Map<number, FileRecord>();
      for (const step of all) {
        const rows = [...expected.keys()];
        const row = step.kind === "add" ? undefined : rows[step.at % rows.length];
        if (step.kind === "add") {
          const added = columns.add(step.record);
          expect(expected.has(added)).toBe(false);
          expected.set(added, step.record);
        } else if (row !== undefined && step.kind === "set") {
          columns.set(row, step.record);
          expected.set(row, step.record);
        } else if (row !== undefined) {
          columns.remove(row);
          expected.delete(row);
        }
      }
      for (let row = 0; row < columns.length; row++) {
        const record = expected.get(row);
        expect(columns.get(row)).toEqual(record);
        if (!record) continue;
        expect([columns.nameAt(row), columns.sizeAt(row), columns.idAt(row)]).toEqual([
          record.name,
          record.size,
          record.id,
        ]);
        expect(columns.idKeyAt(row)).toBe(idKey(record.id));
      }
    }),
    { numRuns: 50 },
  );
});

test("what is no hash is not taken for one", () => {
  const record = {
    ...{ name: "a", size: 1, vector: "", changed: false, edits: "", mtimeNs: 1n, ctimeNs: 1n, inode: 1n },
    ...{ id: "12", blake3: null, sha256: null },
  };
  expect(() => new RecordColumns().add(record)).toThrow("no hash");
});
