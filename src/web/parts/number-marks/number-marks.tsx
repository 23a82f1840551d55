import { useFormat, useText } from "../../text/language-context.ts";
import "./number-marks.css";

/** Servers by their numbers, in the order in which they are given. */
export function NumberMarks({ numbers }: { readonly numbers: readonly number[] }) {
  const words = useText().parts;
  const format = useFormat();
  return (
    <ul class="number-marks">
      {numbers.map((number) => (
        <li key={number}>
          <span aria-hidden="true">{format.number(number)}</span>
          <span class="only-spoken">{words.server(format.number(number))}</span>
        </li>
      ))}
    </ul>
  );
}
