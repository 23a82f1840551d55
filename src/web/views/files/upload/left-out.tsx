import { Notice } from "../../../parts/notice.tsx";
import { useFormat, useText } from "../../../text/language-context.ts";
import { type Chosen, MAX_CHOSEN } from "./chosen-files.ts";

/** What of the last choice is not sent; null: nothing is missing. */
export function LeftOut({ chosen }: { readonly chosen: Chosen | null }) {
  const words = useText().uploads;
  const format = useFormat();
  const { hidden = 0, isMore = false } = chosen ?? {};
  return (
    <div role="status">
      {hidden > 0 && <Notice kind="info" title={words.hidden(hidden, format.number(hidden))} />}
      {isMore && <Notice kind="warning" title={words.tooMany(format.number(MAX_CHOSEN))} />}
    </div>
  );
}
