import { type Count, plural } from "../plural.ts";

/** What the console of a secondary says. */
export const secondaryText = {
  help: {
    status: "the central, and what is copied",
    downloads: "files downloaded from here now",
    served: "downloads served, for each file",
    list: "the files in the shared folder",
    kept: "replaced and removed files",
    restore: "put back what is kept (N)",
  },
  parameters: { nameAndNumber: "NAME [N]" },
  nothingNow: "nothing is being downloaded from here",
  nothingYet: "nothing was downloaded from here yet",
  inStep: "in step",
  toBeAgreed: "to be agreed",
  diskMissing: (why: string) => `disk missing: ${why}`,
  registered: "registered with the central",
  noCentral: "the central cannot be reached",
  shared: (files: string) => `${files} shared`,
  kept: (count: Count, bytes: string) =>
    `${count} ${plural(Number(count), "replaced or removed file", "replaced or removed files")} kept (${bytes})`,
  waiting: (files: string) => `${files} waiting to be copied`,
  cannotCopy: (name: string, reason: string) => `cannot copy ${name}: ${reason}`,
  makingHashes: (files: string, bytes: string) =>
    `making hashes of ${files} for HTTP, in the background: ${bytes} to go`,
  copying: "copying",
  copyingHere: "copying from what is here",
  copyingFile: (name: string, done: string, size: string, rate: string) =>
    `copying ${name}: ${done} of ${size}, ${rate}`,
  copyingFromHere: (name: string, done: string, size: string) =>
    `copying ${name} from what is here: ${done} of ${size}`,
  leftOf: (line: string, duration: string) => `${line}, ${duration} left`,
};
