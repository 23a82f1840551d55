import { FileList } from "../../../../../src/client/http/file-list.ts";
import { FilePage } from "../../../../../src/client/http/file-page.ts";
import { chunksOf } from "../../../../../src/platform/chunks.ts";
import type { ListedFile, SecondaryStatus } from "../../../../../src/protocol/messages/client.ts";

/** A file as the central lists it. */
export function listed(name: string, more: Partial<ListedFile> = {}): ListedFile {
  return { name, id: "a".repeat(64), size: 1, modified: 2, blake3: null, sha256: null, sources: 1, ...more };
}

/** A list of files, which are in the order of their names. */
export function listOf(...files: readonly ListedFile[]): FileList {
  const list = new FileList();
  if (files.length > 0) list.add(new FilePage(files));
  return list;
}

/** The catalogue as the central gives it: in pages of two files, in the order of their names. */
export async function* pagesOf(files: readonly ListedFile[]): AsyncGenerator<readonly ListedFile[], void> {
  const sorted = [...files].sort((one, other) => (one.name < other.name ? -1 : 1));
  yield* chunksOf(sorted, 2);
}

/** A secondary as the central tells clients of it. */
export function status(number: number, more: Partial<SecondaryStatus> = {}): SecondaryStatus {
  return {
    ...{ number, address: "h:1", state: "in step", reason: "", files: 1, accusations: 0, obstacles: 0, obstacle: "" },
    ...{ room: null, sending: 0, receiving: 0, left: { files: 0, bytes: 0, seconds: 0 } },
    ...more,
  };
}
