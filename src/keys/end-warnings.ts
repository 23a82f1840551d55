import { describeIdentity } from "./identity.ts";
import { dayOf, type KeyFile, validityOfFile } from "./key-material.ts";
import { nearsEnd } from "./validity.ts";

/** What ends within a week or has ended, a sentence for each. `now`: milliseconds since 1970. */
export function endWarnings(files: readonly KeyFile[], now: number): string[] {
  return files.flatMap((file) => {
    const { notAfter } = validityOfFile(file.contents);
    if (!nearsEnd(notAfter, now)) return [];
    const when = notAfter < now ? `has expired on ${dayOf(notAfter)}` : `ends on ${dayOf(notAfter)}`;
    return [`${describeKeyFile(file)} ${when}: make a new one, see redes key --help`];
  });
}

/** For people. */
export function describeKeyFile({ path, contents }: KeyFile): string {
  const what =
    contents.kind === "cluster" ? "cluster key" : `credential of ${describeIdentity(contents.certificate.identity)}`;
  return `the ${what} in ${path}`;
}
