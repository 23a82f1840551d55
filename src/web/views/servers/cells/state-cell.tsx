import type { SecondaryAnswer } from "../../../../http/api/central-answers.ts";
import { ServerWords } from "../../../parts/notice.tsx";
import { StateBadge, type Tone } from "../../../parts/state-badge.tsx";
import { useText } from "../../../text/language-context.ts";

const TONES: Readonly<Record<SecondaryAnswer["state"], Tone>> = {
  joining: "busy",
  copying: "busy",
  "in step": "good",
  lost: "bad",
  "disk missing": "bad",
};

/** How a server is, and why. */
export function StateCell({ secondary }: { readonly secondary: SecondaryAnswer }) {
  const words = useText().servers;
  const { state, reason, copies } = secondary;
  const tone = state === "copying" && copies.obstructed > 0 ? "warning" : TONES[state];
  return (
    <>
      <StateBadge tone={tone}>{words.states[state]}</StateBadge>
      <span class="cell-detail">{reason ? <ServerWords>{reason}</ServerWords> : words.stateWhat[state]}</span>
    </>
  );
}
