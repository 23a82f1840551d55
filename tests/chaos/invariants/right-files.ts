import { isDone } from "../clients/receipt.ts";
import { originalName } from "../people/history.ts";
import type { Invariant } from "./invariant.ts";

/** Exit code 0 means a file that is right to the byte: one version that a person made under this name. */
export const rightFiles: Invariant = {
  name: "a download that is done is right",
  afterDownload({ history }, receipt) {
    const { name, client, result, file, code } = receipt;
    if (!isDone(receipt)) return null;
    if (result !== null && code === 0 && result.event !== "done") return `${client}: exit code 0, and ${result.event}`;
    if (file === null) return `${client}: ${name} is done and not there`;
    if (result !== null && result.size !== file.size)
      return `${client}: ${name} has ${file.size} of ${result.size} bytes`;
    const made = history.records.get(originalName(name))?.made;
    return made?.has(file.digest) ? null : `${client}: nobody made ${name} as it was downloaded (${file.digest})`;
  },
};
