import { useEffect } from "preact/hooks";
import type { ViewName } from "../routing/route.ts";
import { useStore } from "../store/page-context.ts";
import { activeCount } from "../store/page-state.ts";
import { useFormat, useText } from "../text/language-context.ts";
import { type Condition, conditionOf } from "./condition.ts";
import disconnected from "./icons/disconnected.svg";
import serving from "./icons/serving.svg";
import waiting from "./icons/waiting.svg";

const ICONS: Readonly<Record<Condition, string>> = {
  connecting: waiting,
  disconnected,
  locked: waiting,
  serving,
  "not serving": waiting,
  "no server": disconnected,
};

/** The title and the sign of the page in its tab. */
export function DocumentState({ view }: { readonly view: ViewName }) {
  const words = useText().frame;
  const format = useFormat();
  const condition = useStore(conditionOf);
  const active = useStore((state) => activeCount(state.downloads));
  const title = [
    ...(active > 0 && condition === "serving" ? [`(${format.number(active)})`] : []),
    ...(condition === "disconnected" ? [`${words.disconnected} ·`] : []),
    ...(condition === "not serving" ? [`${words.notServing} ·`] : []),
    ...(condition === "no server" ? [`${words.noServer} ·`] : []),
    `${words.views[view]} · redes`,
  ].join(" ");
  useEffect(() => {
    // What says that the server is away cannot be fetched from it then.
    for (const icon of Object.values(ICONS)) new Image().src = icon;
  }, []);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (link) link.href = ICONS[condition];
  }, [condition]);
  return null;
}
