import { expect, test } from "bun:test";
import fc from "fast-check";
import { FileList } from "../../../../src/client/http/file-list.ts";
import { FilePage } from "../../../../src/client/http/file-page.ts";
import { chunksOf } from "../../../../src/platform/chunks.ts";
import type { ListedFile } from "../../../../src/protocol/messages/client.ts";

const hash = fc
  .array(fc.constantFrom(..."0123456789abcdef"), { minLength: 64, maxLength: 64 })
  .map((digits) => digits.join(""));
const optionalHash = fc.oneof(fc.constant(null), fc.constant("0".repeat(64)), hash);
const count = fc.maxSafeNat();
const file: fc.Arbitrary<ListedFile> = fc.record({
  name: fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom("a", "b", "/", "é", "\u{1f3ac}", "\uffee") }),
  ...{ size: count, id: hash, modified: count, blake3: optionalHash, sha256: optionalHash, sources: count },
});
const catalogue = fc
  .uniqueArray(file, { selector: ({ name }) => name, maxLength: 20 })
  .map((files) => files.sort((one, other) => (one.name < other.name ? -1 : 1)));

/** What it holds of a file, as an object of its own. */
function copyOf({ name, size, id, modified, blake3, sha256, sources }: ListedFile): ListedFile {
  return { name, size, id, modified, blake3, sha256, sources };
}

test("gives back what it was given, from any name on, however long the pages are", () => {
  fc.assert(
    fc.property(catalogue, fc.integer({ min: 1, max: 9 }), file, (files, pageLength, { name }) => {
      const list = new FileList();
      for (const page of chunksOf(files, pageLength)) list.add(new FilePage(page));
      expect([...list].map(copyOf)).toEqual(files);
      expect([...list.from(name)].map(copyOf)).toEqual(files.filter((one) => one.name >= name));
      expect(list.get(name)?.id).toBe(files.find((one) => one.name === name)?.id as string);
      for (const each of files) expect(list.get(each.name)?.sha256).toBe(each.sha256);
      expect([list.length, list.bytes]).toEqual([files.length, files.reduce((sum, { size }) => sum + size, 0)]);
    }),
  );
});
