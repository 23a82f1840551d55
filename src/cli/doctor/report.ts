import { styleText } from "node:util";
import { oneRow, widthOf } from "../../console/text.ts";
import { wrapWords } from "../../console/wrap.ts";
import { english, type PlainText, say } from "../../sentences/sentence.ts";
import { shown, shownText } from "../../text/shown/sentence.ts";
import { type Check, type CheckState, worstState } from "./check.ts";

const MARKS: Readonly<Record<CheckState, { readonly word: PlainText; readonly color: "green" | "yellow" | "red" }>> = {
  ok: { word: "ok", color: "green" },
  warning: { word: "warning", color: "yellow" },
  failed: { word: "FAILED", color: "red" },
};
/** As wide as the longest of them, in either language, and a space. */
const MARK_COLUMNS = 8;
/** Columns below which a table would leave nothing for its texts. */
const MIN_TEXT_COLUMNS = 24;

/** For people, in `columns`; the last line sums it up. Empty where there are none. */
export function reportText(checks: readonly Check[], columns: number, colors: boolean): string {
  if (checks.length === 0) return "";
  const subjects = Math.max(...checks.map(({ subject }) => widthOf(shown(subject))));
  const start = MARK_COLUMNS + subjects + 2;
  const isNarrow = columns - start < MIN_TEXT_COLUMNS;
  const indent = isNarrow ? MARK_COLUMNS : start;
  const lines = checks.flatMap(({ subject: told, state, finding, advice }) => {
    const { word, color } = MARKS[state];
    const subject = shown(told);
    const padded = shownText(word).padEnd(MARK_COLUMNS);
    const mark = colors ? styleText(color, padded, { validateStream: false }) : padded;
    const text = [
      ...wrapWords(oneRow(shown(finding)), columns - indent),
      ...(advice === null ? [] : wrapWords(oneRow(`→ ${shown(advice)}`), columns - indent)),
    ];
    if (isNarrow) return [mark + subject, ...text.map((line) => " ".repeat(indent) + line)];
    const [first = "", ...others] = text;
    return [`${mark}${subject.padEnd(subjects)}  ${first}`, ...others.map((line) => " ".repeat(indent) + line)];
  });
  return [...lines, "", summary(checks)].join("\n");
}

/** For programs. */
export function reportJson(checks: readonly Check[]): string {
  const listed = checks.map(({ subject, state, finding, advice }) => ({
    ...{ check: english(subject), state, finding: english(finding) },
    ...(advice === null ? {} : { advice: english(advice) }),
  }));
  return JSON.stringify({ state: worstState(checks), checks: listed }, null, 2);
}

function summary(checks: readonly Check[]): string {
  const count = (wanted: CheckState) => checks.filter(({ state }) => state === wanted).length;
  const [bad, warned] = [count("failed"), count("warning")];
  if (bad === 0 && warned === 0) return shown(say("all {count} checks are well", { count: checks.length }));
  return shown(say("{count} checks: {bad} failed, {warned} with a warning", { count: checks.length, bad, warned }));
}
