import type { SecondaryAnswer } from "../../../../http/api/central-answers.ts";
import { ProgressBar } from "../../../parts/progress-bar.tsx";
import { useFormat, useText } from "../../../text/language-context.ts";

/** How full the disk of a server is. */
export function RoomCell({ secondary: { number, room } }: { readonly secondary: SecondaryAnswer }) {
  const words = useText().servers;
  const format = useFormat();
  if (!room) return <span class="cell-nothing">{words.unknown}</span>;
  const { free, total } = room;
  return (
    <>
      <ProgressBar value={total - free} max={total} label={words.roomUsed(format.number(number))} />
      <span class="cell-detail">{words.room(format.bytes(free), format.bytes(total))}</span>
    </>
  );
}
