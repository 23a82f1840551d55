import { plural } from "../../../text/plural.ts";

/** What keeps a cluster from serving. */
export const missingText = {
  sharing: (sharing: string, wanted: string) => `${sharing} of ${wanted} servers share their folders.`,
  unregistered: (count: number, shown: string) =>
    `${shown} ${plural(count, "has", "have")} not registered with the central yet.`,
  withoutDisk: (count: number, numbers: string) =>
    plural(count, `The disk of server ${numbers} cannot be found.`, `The disks of servers ${numbers} cannot be found.`),
  announcing: (count: number, numbers: string) =>
    plural(
      count,
      `Server ${numbers} has not told which files it has yet.`,
      `Servers ${numbers} have not told which files they have yet.`,
    ),
  copies: (count: number, shown: string) => `${shown} ${plural(count, "copy", "copies")} of files still to be made.`,
  comparison: "What the servers have is still being compared.",
  registration: "No server is registered with the central.",
  central: "The central cannot be reached: this client tries again by itself.",
  andOthers: (numbers: string) => `${numbers} and others`,
};
