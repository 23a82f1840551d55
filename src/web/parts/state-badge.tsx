import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";
import "./state-badge.css";

/** `good`: as it should be; `busy`: on its way there; `warning`: somebody should look at it; `bad`: it does not work. */
export type Tone = "good" | "busy" | "warning" | "bad" | "neutral";

const ICONS: Readonly<Record<Tone, IconName>> = {
  good: "check",
  busy: "clock",
  warning: "alert",
  bad: "error",
  neutral: "info",
};

/** A state in a word, with a sign that does without colours. */
export function StateBadge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return (
    <span class={`state-badge state-${tone}`}>
      <Icon name={ICONS[tone]} />
      {children}
    </span>
  );
}
