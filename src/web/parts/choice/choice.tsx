import { useId } from "preact/hooks";
import "./choice.css";

/** One of a few things, all of which are seen. `label`: what is chosen. */
export function Choice<T extends string>(props: {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly title: string }[];
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
}) {
  const { label, options, chosen, onChoose } = props;
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class="only-spoken">{label}</legend>
      {options.map(({ value, title }) => (
        <label key={value}>
          <input type="radio" name={name} value={value} checked={value === chosen} onChange={() => onChoose(value)} />
          <span>{title}</span>
        </label>
      ))}
    </fieldset>
  );
}
