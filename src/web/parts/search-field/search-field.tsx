import { useEffect, useId, useRef, useState } from "preact/hooks";
import { usePage } from "../../store/page-context.ts";
import { useText } from "../../text/language-context.ts";
import { Button } from "../button.tsx";
import { Icon } from "../icon.tsx";
import "./search-field.css";

/** Milliseconds after the last letter until it is looked for. */
const TYPING_MS = 150;
/** No name of a file is longer. */
const MAX_LENGTH = 1024;

/** What is looked for is said as one types. `onSearch` is called once one has stopped for a moment. */
export function SearchField(props: {
  readonly label: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
}) {
  const { label, value, onSearch } = props;
  const words = useText().parts;
  const { clock } = usePage();
  const [typed, setTyped] = useState(value);
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  // Somebody has gone back, or to another folder.
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return undefined;
    return clock.after(TYPING_MS, () => onSearch(typed));
  }, [typed, value, clock, onSearch]);
  const clear = () => {
    setTyped("");
    field.current?.focus();
  };
  return (
    <div class="search-field">
      <label class="only-spoken" for={id}>
        {label}
      </label>
      <Icon name="search" />
      <input
        id={id}
        ref={field}
        type="text"
        inputMode="search"
        autocomplete="off"
        spellcheck={false}
        maxLength={MAX_LENGTH}
        placeholder={label}
        value={typed}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") clear();
        }}
      />
      {typed !== "" && (
        <Button kind="plain" label={words.clearSearch} onPress={clear}>
          <Icon name="close" />
        </Button>
      )}
    </div>
  );
}
