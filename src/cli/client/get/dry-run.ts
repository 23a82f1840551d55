import pMap from "p-map";
import { planFile, plannedJson, plannedText, planText } from "../../../client/downloads/batch/planned-file.ts";
import { isEmpty, select, unmatchedText } from "../../../client/selection/selection.ts";
import { oneRow } from "../../../console/text.ts";
import { texts } from "../../../text/texts.ts";
import { EXIT, worstExitCode } from "../../exit-codes.ts";
import type { Values } from "../../flags/values.ts";
import type { ExitStatus } from "../../signals.ts";
import { askCentral } from "../question.ts";
import type { GetOptions } from "./get-options.ts";

/** Files that are checked at once. */
const CHECKS_AT_ONCE = 16;

/** `redes client get --dry-run`: says what would be done, and does nothing. */
export function planGet(values: Values, options: GetOptions): Promise<ExitStatus> {
  const { wanted, destination, checkCount, force, json, giveUpAfterMs } = options;
  return askCentral(
    values,
    async ({ session, deps, whole }) => {
      const { files, unmatched } = await whole(() => select(session, wanted));
      checkCount(files.length);
      const plan = await pMap(files, (file) => planFile(deps, destination(file.name), file, force), {
        concurrency: CHECKS_AT_ONCE,
      });
      const lines = json
        ? plan.map((file) => JSON.stringify(plannedJson(file)))
        : [...plan.map(plannedText), planText(plan)].map(oneRow);
      const refused = plan.some(({ action }) => action === "refuse");
      const code = worstExitCode([
        refused ? EXIT.failed : EXIT.done,
        unmatched.length > 0 ? EXIT.noSuchFile : EXIT.done,
      ]);
      const problems = isEmpty(wanted, files) ? [texts().common.noFilesYet] : unmatched.map(unmatchedText);
      return { text: plan.length > 0 ? lines.join("\n") : "", problems, code };
    },
    giveUpAfterMs,
  );
}
