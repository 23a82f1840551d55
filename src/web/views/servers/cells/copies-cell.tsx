import type { SecondaryAnswer } from "../../../../http/api/central-answers.ts";
import { ServerWords } from "../../../parts/notice.tsx";
import { StateBadge } from "../../../parts/state-badge.tsx";
import { isPresent } from "../../../store/page-state.ts";
import { useFormat, useText } from "../../../text/language-context.ts";

/** What a server has still to copy, how long that takes, and what is in its way. */
export function CopiesCell({ secondary }: { readonly secondary: SecondaryAnswer }) {
  const words = useText().servers;
  const format = useFormat();
  const { copies } = secondary;
  // What it had still to copy is not known any more.
  if (!isPresent(secondary)) return <span class="cell-nothing">{words.unknown}</span>;
  const { pending, bytes, seconds, obstructed, obstacle } = copies;
  if (pending + obstructed === 0) return <span class="cell-nothing">{words.copiesNone}</span>;
  return (
    <>
      {pending > 0 && (
        <>
          <span>{words.copiesLeft(pending, format.number(pending), format.bytes(bytes))}</span>
          <span class="cell-detail">
            {seconds === null ? words.copiesStopped : words.copiesTime(format.duration(seconds))}
          </span>
        </>
      )}
      {obstructed > 0 && (
        <>
          <StateBadge tone="warning">{words.obstructed(obstructed, format.number(obstructed))}</StateBadge>
          {obstacle && (
            <span class="cell-detail">
              <ServerWords>{obstacle}</ServerWords>
            </span>
          )}
        </>
      )}
    </>
  );
}
