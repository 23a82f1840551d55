import { Icon } from "../../../parts/icon.tsx";
import { useStore } from "../../../store/page-context.ts";
import { useFormat, useText } from "../../../text/language-context.ts";
import { dangerOf } from "../danger.ts";

/** How many servers hold something, of how many there are; with a sign where these are too few. */
export function Holders({ count, ofFolder = false }: { readonly count: number; readonly ofFolder?: boolean }) {
  const words = useText().files;
  const format = useFormat();
  const known = useStore((state) => state.secondaries.length);
  const danger = dangerOf(count, known);
  const texts = ofFolder
    ? { one: words.someOnlyOne, none: words.someNobody }
    : { one: words.onlyOne, none: words.nobody };
  const text = danger && texts[danger];
  return (
    <span class={danger ? `holders holders-${danger}` : "holders"} title={text ?? undefined}>
      {danger && <Icon name={danger === "none" ? "error" : "alert"} />}
      {words.heldBy(format.number(count), format.number(Math.max(known, count)))}
      {text && <span class="only-spoken">{text}</span>}
    </span>
  );
}
