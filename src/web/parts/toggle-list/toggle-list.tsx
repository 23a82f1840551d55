import "./toggle-list.css";

/** Some things of which each is wanted or not. `label`: what they are for. */
export function ToggleList<T extends string>(props: {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly title: string }[];
  readonly pressed: ReadonlySet<T>;
  readonly onToggle: (value: T) => void;
}) {
  const { label, options, pressed, onToggle } = props;
  return (
    <fieldset class="toggle-list">
      <legend class="only-spoken">{label}</legend>
      {options.map(({ value, title }) => (
        <button key={value} type="button" aria-pressed={pressed.has(value)} onClick={() => onToggle(value)}>
          {title}
        </button>
      ))}
    </fieldset>
  );
}
