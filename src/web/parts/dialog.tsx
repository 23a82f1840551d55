import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { useText } from "../text/language-context.ts";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";
import "./dialog.css";

/** `sheet`: at the side, for what is said of one thing; `box`: in the middle, for a question; `wide`: for what wants room. */
export type DialogKind = "sheet" | "box" | "wide";

/** Is over everything else while it is there. The browser keeps the keyboard in it, and gives it back afterwards. */
export function Dialog(props: {
  readonly kind: DialogKind;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const { kind, title, onClose, children } = props;
  const words = useText().parts;
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const headingId = useId();
  useEffect(() => {
    const opener = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    // Whoever only listens hears first what this is about; the browser itself would go to the button that closes it.
    heading.current?.focus();
    return () => {
      element?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  const pressed = ({ target }: MouseEvent) => {
    // Beside what is in it there is the backdrop alone.
    if (target === dialog.current) onClose();
  };
  return (
    <dialog
      ref={dialog}
      class={`dialog dialog-${kind}`}
      aria-labelledby={headingId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={pressed}
    >
      <div class="dialog-content">
        <header class="dialog-header">
          <h2 id={headingId} ref={heading} tabIndex={-1} dir="auto">
            {title}
          </h2>
          <Button kind="plain" label={words.close} onPress={onClose}>
            <Icon name="close" />
          </Button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
