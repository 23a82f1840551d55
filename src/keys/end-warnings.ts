import { formatDay } from "../platform/units.ts";
import { type Sentence, say } from "../sentences/sentence.ts";
import { saidIdentity } from "./identity.ts";
import { type KeyFile, validityOfFile } from "./key-material.ts";
import { nearsEnd } from "./validity.ts";

/** What ends within a week or has ended, a sentence for each. `now`: milliseconds since 1970. */
export function endWarnings(files: readonly KeyFile[], now: number): Sentence[] {
  return files.flatMap((file) => {
    const { notAfter } = validityOfFile(file.contents);
    if (!nearsEnd(notAfter, now)) return [];
    const what = saidKeyFile(file);
    return [
      notAfter < now
        ? say("{what} has expired on {day}: make a new one, see redes key --help", { what, day: formatDay(notAfter) })
        : say("{what} ends on {day}: make a new one, see redes key --help", { what, day: formatDay(notAfter) }),
    ];
  });
}

/** For people. */
export function saidKeyFile({ path, contents }: KeyFile): Sentence {
  return contents.kind === "cluster"
    ? say("the cluster key in {path}", { path })
    : say("the credential of {whose} in {path}", { whose: saidIdentity(contents.certificate.identity), path });
}
