import type { CentralSession } from "../../../client/central-session.ts";
import type { FinishedDownload } from "../../../client/downloads/result.ts";
import { SimilarNames } from "../../../console/commands/similar-names.ts";
import { oneRow } from "../../../console/text.ts";
import { delay, systemClock } from "../../../platform/clock.ts";
import { texts } from "../../../text/texts.ts";

/** Milliseconds in which the catalogue is looked through: an answer is late already. */
const TIMEOUT_MS = 2000;
/** Names that are offered. */
const MAX_NAMES = 3;

/** What to add to the line about a download that has ended: what was meant, where there is no such file; "" else. */
export async function hintFor(session: Pick<CentralSession, "pages">, ending: FinishedDownload): Promise<string> {
  const hint = ending.failure === "no-such-file" ? await didYouMean(session, ending.result.name) : null;
  return hint === null ? "" : `; ${hint}`;
}

/**
 * `did you mean NAME?` for a name that the catalogue has not, with those that are like it; null where there are none, or
 * where the central does not say in time. The list is asked for here alone.
 */
export async function didYouMean(session: Pick<CentralSession, "pages">, name: string): Promise<string | null> {
  const similar = new SimilarNames(name, MAX_NAMES);
  let over = false;
  const search = async () => {
    for await (const page of session.pages()) {
      for (const file of page) similar.consider(file.name);
      if (over) return;
    }
  };
  await Promise.race([search().catch(() => {}), delay(systemClock, TIMEOUT_MS)]);
  over = true;
  const { names } = similar;
  return names.length === 0 ? null : texts().downloads.didYouMean(names.map(oneRow).join(texts().downloads.or));
}
