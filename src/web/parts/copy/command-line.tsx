import { CopyButton } from "./copy-button.tsx";
import "./command-line.css";

/** A command for a terminal, to be copied. `what`: what it does. */
export function CommandLine({ command, what }: { readonly command: string; readonly what: string }) {
  return (
    <div class="command-line">
      <code>{command}</code>
      <CopyButton text={command} what={what} />
    </div>
  );
}
