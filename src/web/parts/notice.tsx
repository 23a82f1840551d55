import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";
import "./notice.css";

const ICONS: Readonly<Record<NoticeKind, IconName>> = { info: "info", warning: "alert", error: "error" };

export type NoticeKind = "info" | "warning" | "error";

/** What people must know about the state of something. `action`: what they can do about it. */
export function Notice(props: {
  readonly kind: NoticeKind;
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly action?: ComponentChildren;
}) {
  const { kind, title, children, action } = props;
  return (
    <div class={`notice notice-${kind}`}>
      <Icon name={ICONS[kind]} />
      <div class="notice-body">
        <p class="notice-title">{title}</p>
        {children}
      </div>
      {action && <div class="notice-action">{action}</div>}
    </div>
  );
}

/** What somebody else has said. `language`: in which; a server that was not asked for another one speaks English. */
export function ServerWords(props: { readonly children: string; readonly language?: string | undefined }) {
  const { children, language = "en" } = props;
  return (
    <span lang={language} dir="auto">
      {children}
    </span>
  );
}
