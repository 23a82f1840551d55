import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { ApiFailure, ApiResult } from "../../api/api-result.ts";
import { useText } from "../../text/language-context.ts";
import { Button } from "../button.tsx";
import { Dialog } from "../dialog.tsx";
import { FailureWords } from "../failure/failure.tsx";
import { Notice } from "../notice.tsx";
import "./order-dialog.css";

type DialogPhase =
  | { readonly kind: "asking" }
  | { readonly kind: "sending" }
  | { readonly kind: "failed"; readonly failure: ApiFailure };

/** Asks before the cluster is told to do something, and says what that does; then whether it was done. */
export function OrderDialog(props: {
  readonly title: string;
  /** The word on the button that has it done. */
  readonly verb: string;
  /** Whether something is taken away. */
  readonly isDangerous?: boolean;
  /** Whether what is needed for it is given. */
  readonly isReady?: boolean;
  readonly onClose: () => void;
  readonly order: () => Promise<ApiResult<unknown>>;
  /** It was done. */
  readonly onDone?: () => void;
  /** What it does. */
  readonly children: ComponentChildren;
}) {
  const { title, verb, isDangerous = false, isReady = true, onClose, order, onDone, children } = props;
  const words = useText().parts;
  const [phase, setPhase] = useState<DialogPhase>({ kind: "asking" });
  const send = async (event: Event) => {
    event.preventDefault();
    if (phase.kind === "sending" || !isReady) return;
    setPhase({ kind: "sending" });
    const result = await order();
    if (!result.ok) return setPhase({ kind: "failed", failure: result.failure });
    onDone?.();
    onClose();
  };
  return (
    <Dialog kind="box" title={title} onClose={onClose}>
      <form class="order" onSubmit={(event) => void send(event)}>
        {children}
        <div role="status">
          {phase.kind === "failed" && (
            <Notice kind="error" title={words.notDone}>
              <p>
                <FailureWords failure={phase.failure} />
              </p>
            </Notice>
          )}
        </div>
        <div class="order-buttons">
          <Button onPress={onClose}>{words.cancel}</Button>
          <Button submits kind={isDangerous ? "danger" : "primary"} disabled={phase.kind === "sending" || !isReady}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
