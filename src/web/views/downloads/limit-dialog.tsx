import { useState } from "preact/hooks";
import { OrderDialog } from "../../parts/order/order-dialog.tsx";
import { usePage } from "../../store/page-context.ts";
import { useFormat, useText } from "../../text/language-context.ts";
import { parseLimit } from "./download-limit.ts";

/** Asks how many downloads may be active at once. `limit`: how it is now; null: any number. */
export function LimitDialog(props: {
  readonly limit: number | null;
  readonly active: number;
  readonly onClose: () => void;
}) {
  const { limit, active, onClose } = props;
  const words = useText().downloads;
  const format = useFormat();
  const { api, feed } = usePage();
  const [typed, setTyped] = useState(limit === null ? "" : String(limit));
  const wanted = parseLimit(typed);
  return (
    <OrderDialog
      title={words.limitTitle}
      verb={words.limitVerb}
      isReady={wanted !== undefined}
      onClose={onClose}
      order={() => api.limit({ downloads: wanted ?? null })}
      onDone={() => feed.reload()}
    >
      <label>
        {words.limitLabel}
        <input
          class="text-field"
          inputMode="numeric"
          autocomplete="off"
          placeholder={words.noLimit}
          value={typed}
          aria-invalid={wanted === undefined}
          aria-describedby="limit-what"
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
      </label>
      <div id="limit-what">
        <p>{wanted === undefined ? words.limitWrong : effectOf(wanted)}</p>
      </div>
      <p>{words.limitRestart}</p>
    </OrderDialog>
  );

  function effectOf(most: number | null): string {
    if (most === null) return words.limitNone;
    return most < active ? words.limitFewer(format.number(active)) : words.limitMore(format.number(most));
  }
}
