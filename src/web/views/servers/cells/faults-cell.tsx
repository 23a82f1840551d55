import type { SecondaryAnswer } from "../../../../http/api/central-answers.ts";
import { StateBadge } from "../../../parts/state-badge.tsx";
import { useFormat, useText } from "../../../text/language-context.ts";

/** What was wrong at a server, and what has become of it. */
export function FaultsCell({ secondary: { accusations, repairs } }: { readonly secondary: SecondaryAnswer }) {
  const words = useText().servers;
  const format = useFormat();
  const { damaged, repaired, waiting } = repairs ?? { damaged: 0, repaired: 0, waiting: 0 };
  if (accusations + damaged + waiting === 0) return <span class="cell-nothing">{words.faultless}</span>;
  return (
    <>
      {accusations > 0 && (
        <StateBadge tone="warning">{words.accused(accusations, format.number(accusations))}</StateBadge>
      )}
      {damaged > 0 && (
        <span class="cell-detail">
          {words.damaged(damaged, format.number(damaged))}, {words.repaired(format.number(repaired))}
        </span>
      )}
      {waiting > 0 && <span class="cell-detail">{words.repairsWaiting(waiting, format.number(waiting))}</span>}
    </>
  );
}
