import type { ListedFile, SecondaryStatus } from "../../../../../src/protocol/messages/client.ts";

/** A file as the central lists it. */
export function listed(name: string, more: Partial<ListedFile> = {}): ListedFile {
  return { name, id: "a".repeat(64), size: 1, modified: 2, blake3: null, sha256: null, sources: 1, ...more };
}

/** A secondary as the central tells clients of it. */
export function status(number: number, more: Partial<SecondaryStatus> = {}): SecondaryStatus {
  return {
    ...{ number, address: "h:1", state: "in step", reason: "", files: 1, accusations: 0, obstacles: 0, obstacle: "" },
    ...{ room: null, sending: 0, receiving: 0, left: { files: 0, bytes: 0, seconds: 0 } },
    ...more,
  };
}
