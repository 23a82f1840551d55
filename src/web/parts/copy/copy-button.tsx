import { useEffect, useState } from "preact/hooks";
import { usePage } from "../../store/page-context.ts";
import { useText } from "../../text/language-context.ts";
import { Button } from "../button.tsx";
import { Icon } from "../icon.tsx";
import { copyText } from "./copy-text.ts";

/** Milliseconds for which it says that it has copied. */
const SHOWN_MS = 2000;

/** Copies a text. `what`: what it is, for those who do not see what it stands beside. */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const words = useText().parts;
  const { clock } = usePage();
  const [copied, setCopied] = useState(false);
  useEffect(() => (copied ? clock.after(SHOWN_MS, () => setCopied(false)) : undefined), [copied, clock]);
  const press = () => void copyText(text).then(setCopied);
  return (
    <>
      <Button kind="plain" label={`${words.copy}: ${what}`} onPress={press}>
        <Icon name={copied ? "check" : "copy"} />
      </Button>
      <span class="only-spoken" role="status">
        {copied ? words.copied : ""}
      </span>
    </>
  );
}
