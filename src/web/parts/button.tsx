import type { ComponentChildren } from "preact";
import "./button.css";

/** `plain`: without a frame, beside other things; `primary`: the one thing that people mostly want here. */
export type ButtonKind = "normal" | "primary" | "plain" | "danger";

export function Button(props: {
  readonly kind?: ButtonKind;
  /** What it does, where its content does not say so. */
  readonly label?: string;
  readonly disabled?: boolean;
  /** Whether it sends the form that it is in. */
  readonly submits?: boolean;
  readonly onPress?: () => void;
  readonly children: ComponentChildren;
}) {
  const { kind = "normal", label, disabled = false, submits = false, onPress, children } = props;
  return (
    <button
      type={submits ? "submit" : "button"}
      class={`button button-${kind}`}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onPress}
    >
      {children}
    </button>
  );
}

/** Looks as a button does, and leads somewhere. */
export function LinkButton(props: {
  readonly kind?: ButtonKind;
  readonly href: string;
  readonly label?: string;
  /** The browser keeps what is there. */
  readonly download?: boolean;
  /** Whether the keyboard comes to it by itself. */
  readonly isStop?: boolean;
  readonly children: ComponentChildren;
}) {
  const { kind = "normal", href, label, download = false, isStop = true, children } = props;
  return (
    <a
      class={`button button-${kind}`}
      href={href}
      aria-label={label}
      title={label}
      tabIndex={isStop ? undefined : -1}
      {...(download && { download: "" })}
    >
      {children}
    </a>
  );
}
