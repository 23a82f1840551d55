import type { SecondaryAnswer } from "../../../http/api/central-answers.ts";
import { Figures } from "../../parts/figures/figures.tsx";
import { isPresent } from "../../store/page-state.ts";
import { useFormat, useText } from "../../text/language-context.ts";
import { sentOf, totalsOf } from "./server-totals.ts";

/** All servers together. */
export function ServerFigures({ secondaries }: { readonly secondaries: readonly SecondaryAnswer[] }) {
  const words = useText().servers;
  const format = useFormat();
  const { leastFree, rates, copies } = totalsOf(secondaries);
  const present = secondaries.filter(isPresent).length;
  return (
    <Figures
      figures={[
        {
          key: "present",
          title: words.totals.present,
          value: words.presentOf(format.number(present), format.number(secondaries.length)),
        },
        { key: "room", title: words.totals.room, value: leastFree === null ? words.unknown : format.bytes(leastFree) },
        { key: "sending", title: words.totals.sending, value: format.rate(sentOf(rates)) },
        { key: "receiving", title: words.totals.receiving, value: format.rate(rates.received) },
        { key: "copies", title: words.totals.copies, value: copies === 0 ? words.copiesNone : format.bytes(copies) },
      ]}
    />
  );
}
